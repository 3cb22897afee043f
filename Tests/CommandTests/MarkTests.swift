import Foundation
import TestSupport
import Testing

@Suite struct MarkTests {
  let shop: Workshop

  init() throws { shop = try Workshop("mark") }

  struct Document: Decodable {
    struct File: Decodable {
      let path: String
      let sha256: String
    }
    struct Pipeline: Decodable {
      let path: String
      let sha256: String
      let preset: String?
      let settings: [String]
    }
    let version: String
    let inputs: [File]
    let models: [File]
    let outputs: [File]
    let pipeline: Pipeline
    let seed: Int
  }

  func document(_ path: String) throws -> Document {
    let data = try Data(contentsOf: URL(fileURLWithPath: path + ".json"))
    return try JSONDecoder().decode(Document.self, from: data)
  }

  @Test(.enabled(if: Workshop.hasCommands)) func aRunMarksWhatItDraws() throws {
    let pipeline = Shared.root.appendingPathComponent("pipelines/generate.json").path
    let result = try Program(
      [
        "run", pipeline, "--fast", "--seed", "7", "--out", shop.path("ö 1"), "--set",
        "sample.frames=1", "--set", "render.size=32", "--set", "output.path=gé n.mp4",
      ], in: shop.folder
    ).result()
    #expect(result.status == 0, "\(result.errors)")
    let output = shop.path("ö 1/gé n.mp4")
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: shop.path("ö 1")).sorted()
        == ["gé n.mp4", "gé n.mp4.json"])
    let version = try #require(try Program.run("--version").lines.first)
    let comment = "synthesized by pvpipe \(version); not a recording"
    #expect(try shop.tags(output)["comment"] == comment)
    let told = try document(output)
    #expect(told.version == version && told.seed == 7 && told.inputs.isEmpty)
    #expect(told.pipeline.path == "generate.json" && told.pipeline.preset == "fast")
    #expect(try told.pipeline.sha256 == shop.digest(pipeline))
    #expect(
      told.pipeline.settings == ["sample.frames=1", "render.size=32", "output.path=gé n.mp4"])
    let model = Shared.root.appendingPathComponent(
      "Sources/Stages/Resources/default-model.safetensors")
    #expect(told.models.map(\.path) == [model.lastPathComponent])
    #expect(try told.models.map(\.sha256) == [shop.digest(model.path)])
    #expect(try told.outputs.map(\.sha256) == [shop.digest(output)])
  }

  @Test func theModelTellsItsDataAndItsLimits() throws {
    let info = try Program.run("model", "info")
    #expect(info.status == 0, "\(info.errors)")
    let card = try Program.run("model", "card").output
    let (data, limits) = (
      try #require(info.output.range(of: "\nData:\n")),
      try #require(info.output.range(of: "\nLimits:\n"))
    )
    for section in [
      info.output[data.upperBound..<limits.lowerBound], info.output[limits.upperBound...],
    ] {
      let text = section.trimmingCharacters(in: .whitespacesAndNewlines)
      #expect(text.count > 200 && card.contains(text))
    }
    #expect(
      info.lines.contains("planes:            3 x 16 x 128 x 128, (x, y), (x, z), (z, y)"))
    #expect(info.lines.contains("motion offsets:    24 of 64 x 64, after flows of 128 x 128"))
    #expect(info.lines.contains("looks:             mixed of 32 offsets of 64 x 64"))
    #expect(info.output.contains("304 official portraits of members of the US Congress"))
    #expect(info.output.contains("come out worse") && info.output.contains("It is not for"))
  }

  @Test(.enabled(if: Shared.has("data/heads"))) func anActorIsMarked() throws {
    let heads = Shared.folder.appendingPathComponent("data/heads").path
    let result = try Program(
      ["act", "--heads", heads, "--out", "actor.png", "--still", "--size", "64"], in: shop.folder
    ).result()
    #expect(result.status == 0, "\(result.errors)")
    #expect(try shop.names == ["actor.png", "actor.png.json"])
    let text = try String(contentsOfFile: shop.path("actor.png.json"), encoding: .utf8)
    #expect(text.contains(#""command" : "act""#) && text.contains("/algorithmicMedia\""))
    let bytes = try Data(contentsOf: URL(fileURLWithPath: shop.path("actor.png")))
    #expect(bytes.range(of: Data("synthesized by pvpipe".utf8)) != nil)
    let clips = try Program(
      [
        "act", "--heads", heads, "--out", "clips", "--clips", "1", "--seconds", "0.64", "--size",
        "64",
      ], in: shop.folder
    ).result()
    #expect(clips.status == 0, "\(clips.errors)")
    let clip = shop.path("clips/recrop_faces/head-0000.mp4")
    #expect(
      try Data(contentsOf: URL(fileURLWithPath: clip)).range(
        of: Data("synthesized by pvpipe".utf8)) != nil)
    #expect(try String(contentsOfFile: clip + ".json", encoding: .utf8).contains("\"act\""))
  }
}
