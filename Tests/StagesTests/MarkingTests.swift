import Foundation
import Media
import Pipeline
import Stages
import TestSupport
import Testing

@Suite struct MarkingTests {
  let rehearsal: Rehearsal
  var shop: Workshop { rehearsal.shop }

  init() throws { rehearsal = try Rehearsal() }

  /// The names in the workshop, without the model's.
  func names() throws -> [String] { try shop.names.filter { $0 != "small.safetensors" } }

  @Test(.enabled(if: Workshop.hasCommands), arguments: ["a.mp4", "a.mov", "a.mkv", "a.avi"])
  func everyContainerSaysThatItWasSynthesized(_ name: String) async throws {
    try await rehearsal.run(Rehearsal.drawn, ["output.path=\(name)"])
    #expect(try names() == [name, "\(name).json"])
    let tags = try shop.tags(shop.path(name))
    #expect(tags["comment"] == "synthesized by pvpipe \(Release.version); not a recording")
    guard name != "a.mov", name != "a.avi" else { return }
    let statement = try JSONText(try #require(tags["description"])).value
    #expect(
      statement
        == .object([
          "synthesized": .bool(true), "tool": .string("pvpipe"),
          "version": .string(Release.version),
          "digitalSourceType": .string(
            "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"),
          "models": .array([.string(try shop.digest(shop.path("small.safetensors")))]),
        ]))
  }

  @Test func theSidecarTellsToolModelPipelineAndFiles() async throws {
    let about = RunDocument(
      name: "drawn.json", sha256: SHA256.digits(of: Data(Rehearsal.drawn.utf8)),
      settings: ["output.path=/home/somebody/ü b.mp4", "sample.frames=2"])
    try await rehearsal.run(Rehearsal.drawn, ["output.path=ü b.mp4"], document: about)
    #expect(try names() == ["ü b.mp4", "ü b.mp4.json"])
    let told = try rehearsal.document("ü b.mp4")
    #expect(told.synthesized && told.tool == "pvpipe" && told.version == Release.version)
    #expect(told.models.map(\.path) == ["small.safetensors"])
    #expect(told.models.map(\.name) == ["A small model"])
    #expect(try told.models[0].sha256 == shop.digest(shop.path("small.safetensors")))
    #expect(told.inputs.isEmpty && told.digitalSourceType.hasSuffix("/trainedAlgorithmicMedia"))
    #expect(told.outputs.map(\.path) == ["ü b.mp4"])
    #expect(try told.outputs[0].sha256 == shop.digest(shop.path("ü b.mp4")))
    #expect(told.pipeline?.path == "drawn.json" && told.pipeline?.sha256 == about.sha256)
    #expect(told.pipeline?.settings == ["output.path=ü b.mp4", "sample.frames=2"])
    #expect(told.stages.map(\.id) == ["model", "sample", "render", "output"])
    #expect(try Date(told.created, strategy: .iso8601) < Date.now)
    let text = try String(contentsOfFile: shop.path("ü b.mp4.json"), encoding: .utf8)
    #expect(!text.contains("/home") && !text.contains(shop.folder.path))
  }

  /// Draws a person beside a recording, whose name is given.
  static func beside(_ path: String) -> String {
    #"""
    {"stages": [
      {"id": "model", "use": "model"},
      {"id": "source", "use": "decode", "with": {"path": "\#(path)"}},
      {"id": "sample", "use": "sample", "from": {"model": "model.model"}},
      {"id": "render", "use": "multi-view-render",
       "from": {"latents": "sample.latents", "beside": "source.frames"}},
      {"id": "plain", "use": "encode", "with": {"path": "plain.mkv"},
       "from": {"frames": "source.frames", "audio": "render.frames"}},
      {"id": "output", "use": "encode", "from": {"frames": "render.frames"}}
    ]}
    """#
  }

  @Test(.enabled(if: Workshop.hasCommands))
  func aRecordingBesideADrawingIsHashedAndItsCopyIsNotMarked() async throws {
    try shop.ffmpeg("-f lavfi -i testsrc2=size=64x48:duration=1 -c:v ffv1 \(shop.path("in.mkv"))")
    try await rehearsal.run(Self.beside(shop.path("in.mkv")))
    #expect(try names() == ["in.mkv", "output.mp4", "output.mp4.json", "plain.mkv"])
    #expect(try shop.tags(shop.path("plain.mkv"))["comment"] == nil)
    let told = try rehearsal.document("output.mp4")
    #expect(told.inputs.map(\.path) == ["in.mkv"])
    #expect(try told.inputs[0].sha256 == shop.digest(shop.path("in.mkv")))
    #expect(told.inputs[0].synthesized == nil)
    #expect(told.digitalSourceType.hasSuffix("/compositeWithTrainedAlgorithmicMedia"))
  }

  static let copy = #"""
    {"stages": [
      {"id": "source", "use": "decode"},
      {"id": "output", "use": "encode", "from": {"frames": "source.frames"}}
    ]}
    """#

  @Test(.enabled(if: Workshop.hasCommands), arguments: ["a.mp4", "a-%02d.png", "a-%02d.jpg"])
  func aCopyOfWhatIsMarkedIsMarked(_ name: String) async throws {
    try await rehearsal.run(Rehearsal.drawn, ["output.path=\(name)"])
    let notes = Notes()
    try await rehearsal.run(
      Self.copy, ["source.path=\(shop.path(name))", "output.path=b.mkv"], notes: notes)
    #expect(notes.all.count == 1 && notes.all[0].contains("says that it was synthesized"))
    #expect(try shop.tags(shop.path("b.mkv"))["comment"]?.hasPrefix("synthesized by") == true)
    let told = try rehearsal.document("b.mkv")
    #expect(told.inputs.map(\.path) == [name] && told.inputs[0].synthesized == true)
    #expect(told.models.isEmpty)
  }

  @Test func numberedPicturesShareOneSidecar() async throws {
    try await rehearsal.run(Rehearsal.drawn, ["output.path=all/%d.png"])
    let folder = shop.path("all")
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        == ["%d.png.json", "0.png", "1.png"])
    let told = try rehearsal.document("all/%d.png")
    #expect(told.outputs.map(\.path) == ["0.png", "1.png"])
    for file in told.outputs {
      #expect(try file.sha256 == shop.digest("\(folder)/\(file.path)"))
      #expect(try VideoReader(path: "\(folder)/\(file.path)").comment == Synthesis.comment)
    }
    // Numbered pictures as an input have the hash of all, one after the other.
    try await rehearsal.run(Self.beside("\(folder)/%d.png"))
    let both = try ["0.png", "1.png"].map {
      try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\($0)"))
    }
    let input = try #require(try rehearsal.document("output.mp4").inputs.first)
    #expect(input.path == "%d.png" && input.sha256 == SHA256.digits(of: both[0] + both[1]))
  }

  @Test(.enabled(if: Workshop.hasCommands), arguments: [false, true], [false, true])
  func markAndSidecarHaveSwitches(_ mark: Bool, _ sidecar: Bool) async throws {
    // What tells of an earlier file goes with it.
    try await rehearsal.run()
    try await rehearsal.run(
      Rehearsal.drawn, ["output.mark=\(mark)", "output.sidecar=\(sidecar)"])
    #expect(try names() == ["output.mp4"] + (sidecar ? ["output.mp4.json"] : []))
    #expect(try (shop.tags(shop.path("output.mp4"))["comment"] != nil) == mark)
  }

  @Test func aFileThatIsNoSidecarIsNotReplaced() async throws {
    let path = shop.path("output.mp4.json")
    try "{\"mine\": 1}".write(toFile: path, atomically: true, encoding: .utf8)
    let error = await #expect(throws: StageFailure.self) { try await rehearsal.run() }
    #expect(
      error?.description
        == "/stages/3 (output): \(path): is there and was not written by pvpipe; "
        + "move it away, or set 'sidecar' to false")
    #expect(try names() == ["output.mp4.json"])
    try await rehearsal.run(Rehearsal.drawn, ["output.sidecar=false"])
    #expect(try names() == ["output.mp4", "output.mp4.json"])
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "{\"mine\": 1}")
  }

  @Test(.enabled(if: Workshop.hasCommands))
  func anInputThatChangesMeanwhileHasNoHash() async throws {
    let path = shop.path("in.mkv")
    try shop.ffmpeg("-f lavfi -i testsrc2=size=64x48:duration=1 -c:v ffv1 \(path)")
    let outputs = try await rehearsal.run(Self.beside(path))
    let origin = try #require(outputs["source"]?.provenance.origins.first)
    #expect(try origin.sha256() == shop.digest(path))
    let again = try await Decode(path: path).run(Ports(), in: RunContext())
    try Data("another file".utf8).write(to: URL(fileURLWithPath: path))
    let error = #expect(throws: (any Error).self) { try again.provenance.origins[0].sha256() }
    #expect(error.map { "\($0)" } == "is not the file any more that was read")
  }

  @Test func meshesAreMarkedInTheirOwnWay() async throws {
    let document = #"""
      {"stages": [
        {"id": "model", "use": "model"},
        {"id": "sample", "use": "sample", "from": {"model": "model.model"}},
        {"id": "mesh", "use": "geometry", "from": {"latents": "sample.latents"},
         "with": {"frame": 0, "preview": "view.png"}}
      ]}
      """#
    for name in ["a.ply", "a.obj", "a.glb"] {
      try await rehearsal.run(document, ["mesh.path=\(name)"])
      let data = try Data(contentsOf: URL(fileURLWithPath: shop.path(name)))
      let mark = name == "a.glb" ? "\"synthesized\": true" : Synthesis.comment
      let head = String(decoding: data.prefix(2000), as: UTF8.self)
      #expect(head.replacing("\":true", with: "\": true").contains(mark), "\(head)")
      #expect(try rehearsal.document(name).outputs.map(\.path) == [name])
      try await rehearsal.run(document, ["mesh.path=un\(name)", "mesh.mark=false"])
      let bare = try Data(contentsOf: URL(fileURLWithPath: shop.path("un\(name)")))
      #expect(!String(decoding: bare.prefix(2000), as: UTF8.self).contains("synthesized"))
    }
    #expect(try rehearsal.document("view.png").outputs.map(\.path) == ["view.png"])
    #expect(try VideoReader(path: shop.path("view.png")).comment == nil)
    try await rehearsal.run(document, ["mesh.path=a.obj"])
    #expect(try VideoReader(path: shop.path("view.png")).comment == Synthesis.comment)
  }

  @Test func whatFailsLeavesNeither() async throws {
    try await rehearsal.run(Rehearsal.drawn, ["output.path=a.mkv"])
    try Data(repeating: 0, count: 100).write(to: URL(fileURLWithPath: shop.path("torn.mkv")))
    await #expect(throws: StageFailure.self) {
      try await rehearsal.run(Self.beside(shop.path("torn.mkv")))
    }
    // The sidecar's place is taken by a folder: nothing appears.
    try FileManager.default.createDirectory(
      atPath: shop.path("b.mp4.json"), withIntermediateDirectories: false)
    await #expect(throws: StageFailure.self) {
      try await rehearsal.run(Rehearsal.drawn, ["output.path=b.mp4"])
    }
    #expect(try names() == ["a.mkv", "a.mkv.json", "b.mp4.json", "torn.mkv"])
  }
}
