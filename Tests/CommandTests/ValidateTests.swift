import Foundation
import TestSupport
import Testing

@Suite struct ValidateTests {
  @Test func fiveMistakesAreFiveLines() throws {
    let shop = try Workshop("validate")
    let document = """
      {"stages": [
        {"id": "video", "use": "decod", "with": {"path": "x.mp4"}},
        {"id": "face", "use": "face-crop", "from": {"frames": "vido.frames"},
         "with": {"sise": 256}},
        {"id": "camera", "use": "camera-estimate", "from": {"track": "face.crops"}},
        {"id": "out", "use": "encode", "from": {"frames": "face.crops"},
         "with": {"quality": 99}}
      ]}
      """
    try document.write(toFile: shop.path("bad.json"), atomically: true, encoding: .utf8)
    let result = try Program.run("validate", "bad.json", in: shop.folder)
    #expect(result.status == 65)
    #expect(
      result.lines == [
        "bad.json: /stages/0/use: there is no stage 'decod'; did you mean 'decode'?",
        "bad.json: /stages/1/from/frames: no earlier stage has the id 'vido'; "
          + "did you mean 'video'?",
        "bad.json: /stages/1/with/sise: face-crop has no parameter 'sise'; did you mean 'size'?",
        "bad.json: /stages/2/from/track: must be track, but \"face.crops\" is frames",
        "bad.json: /stages/3/with/quality: 'quality' must be within 0...51, not 99",
      ])
    #expect(result.errors == "")
  }

  @Test func everyPipelineOfThePackageIsValid() throws {
    let folder = Shared.root.appendingPathComponent("pipelines").path
    let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
      .filter { $0.hasSuffix(".json") && $0 != "schema.json" }
    #expect(names.contains("roundtrip.json"))
    for name in names {
      let result = try Program.run("validate", "pipelines/\(name)")
      #expect(result.status == 0, "\(result.output)")
      #expect(
        result.output.wholeMatch(of: /pipelines\/[a-z-]+\.json: valid, [0-9]+ stages\n/) != nil)
    }
  }

  @Test func aSchemaAmongPipelinesIsPassedOver() throws {
    let result = try Program.run("validate", "pipelines/schema.json", "pipelines/mesh.json")
    #expect(result.status == 0)
    #expect(result.lines.first == "pipelines/schema.json: passed over, a JSON Schema")
    #expect(result.lines.count == 2)
  }

  @Test func aDocumentThatIsNoJSONIsToldWithItsPlace() throws {
    let shop = try Workshop("validate")
    try "{\"stages\": [,]}".write(
      toFile: shop.path("torn.json"), atomically: true, encoding: .utf8)
    let result = try Program.run("validate", "torn.json", in: shop.folder)
    #expect(result.status == 65)
    #expect(result.lines.count == 1)
    #expect(result.output.hasPrefix("torn.json: line 1, column 13: "))
  }

  @Test func aFileThatIsMissingIsToldWithTheNearest() throws {
    let result = try Program.run("validate", "pipelines/rountrip.json")
    #expect(result.status == 65)
    #expect(
      result.output == "pipelines/rountrip.json: does not exist; "
        + "did you mean 'pipelines/roundtrip.json'?\n")
  }

  @Test func whatAPresetSetsIsToldThere() throws {
    let shop = try Workshop("preset")
    let text = """
      {"presets": {"fast": {"a": {"start": -1}}},
       "stages": [{"id": "a", "use": "decode", "with": {"path": "a.mp4"}}]}
      """
    try text.write(toFile: shop.path("p.json"), atomically: true, encoding: .utf8)
    let sentence = "p.json: /presets/fast/a/start: 'start' must be at least 0, not -1\n"
    #expect(try Program.run("validate", "p.json", in: shop.folder).output == sentence)
    #expect(try Program.run("run", "p.json", "--fast", in: shop.folder).errors == sentence)
  }
}
