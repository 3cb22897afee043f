import Foundation
import Tensors
import TestSupport
import Testing

/// The warm start on synthetic heads.
@Suite(.enabled(if: Shared.has("data/heads"))) struct PretrainTests {
  let shop: Workshop

  init() throws { shop = try Workshop("pretrain") }

  private func run(_ out: String, _ more: String...) throws -> Program.Result {
    let heads = Shared.folder.appendingPathComponent("data/heads").path
    let words = [
      "pretrain", "--heads", heads, "--out", out, "--steps", "4", "--looks", "1", "--views", "2",
      "--rays", "64",
    ]
    return try Program(words + more, in: shop.folder).result()
  }

  private struct Line: Decodable, Equatable {
    let step: Int
    let phase: String
    let color, opacity, density, portraits: Float
  }

  private func lines(_ out: String) throws -> [Line] {
    try String(contentsOfFile: shop.path("\(out)/log.jsonl"), encoding: .utf8)
      .split(separator: "\n").map { try JSONDecoder().decode(Line.self, from: Data($0.utf8)) }
  }

  @Test(.timeLimit(.minutes(30))) func aWarmStartThatWasStoppedGoesOnToTheSameNumbers() throws {
    #expect(try run("whole").status == 0)
    let whole = try lines("whole")
    #expect(whole.map(\.step) == [1, 2, 3, 4])
    #expect(Set(whole.map(\.phase)).count > 1)
    #expect(whole.allSatisfy { $0.color > 0 && $0.color < 2 })
    #expect(try run("parts", "--until", "2").status == 0)
    #expect(try lines("parts") == Array(whole.prefix(2)))
    // A line of a step that no checkpoint has is written again.
    let log = shop.path("parts/log.jsonl")
    let text = try String(contentsOfFile: log, encoding: .utf8)
    try (text + #"{"step":3,"seconds":1"#).write(toFile: log, atomically: true, encoding: .utf8)
    #expect(try run("parts").status == 0)
    #expect(try lines("parts") == whole)
    #expect(
      try shop.digest(shop.path("parts/model.safetensors"))
        == shop.digest(shop.path("whole/model.safetensors")))
  }

  @Test(arguments: ["steps", "looks", "views", "rays", "portraits-per-step", "until"])
  func countsBelowOneAreRefused(_ name: String) throws {
    let result = try run("refused", "--\(name)", "0")
    #expect(result.status == 64)
    #expect(result.errors.contains("'--\(name)' must be above 0, not 0"), "\(result.errors)")
  }

  @Test func whatIsNotNamedStaysAsItIs() throws {
    let shipped = Shared.root.appendingPathComponent(
      "Sources/Stages/Resources/default-model.safetensors"
    ).path
    let result = try run(
      "only", "--from", shipped, "--ray-part", "0", "--only", "backbone.synthesis.motion_")
    #expect(result.status == 0, "\(result.errors)")
    let (before, after) = (
      try Safetensors(path: shipped), try Safetensors(path: shop.path("only/model.safetensors"))
    )
    #expect(Set(before.entries.keys) == Set(after.entries.keys))
    // The mean of the styles is taken anew, of numbers in half precision.
    for name in before.entries.keys.sorted() where !name.hasSuffix("w_avg") {
      let stays = try before.floats(name) == after.floats(name)
      #expect(stays != name.hasPrefix("backbone.synthesis.motion_"), "\(name)")
    }
    let refused = try run("refused", "--only", "backbone.synthesis.motions_")
    #expect(refused.status == 64)
    #expect(
      refused.errors.contains("no tensor's name begins with 'backbone.synthesis.motions_'"),
      "\(refused.errors)")
  }

  @Test(.enabled(if: Shared.has("data/portraits")), .timeLimit(.minutes(30)))
  func codesOfRealPortraitsGoOnToo() throws {
    let faces = shop.folder.appendingPathComponent("faces")
    try FileManager.default.createDirectory(at: faces, withIntermediateDirectories: true)
    for name in ["bio_guide_041904.jpg", "wiki_014817.jpg", "wiki_020106.jpg"] {
      let picture = Shared.folder.appendingPathComponent("data/portraits/\(name)")
      try FileManager.default.copyItem(at: picture, to: faces.appendingPathComponent(name))
    }
    // The shipped model has a flow, which need not be measured.
    let shipped = Shared.root.appendingPathComponent(
      "Sources/Stages/Resources/default-model.safetensors"
    ).path
    func learn(_ out: String, until: Int) throws -> Program.Result {
      try run(
        out, "--portraits", "faces", "--portraits-per-step", "2", "--ray-part", "0", "--until",
        "\(until)", "--from", shipped)
    }
    let whole = try learn("whole", until: 4)
    #expect(whole.status == 0 && whole.output.contains("3 portraits, 0 left out"))
    #expect(try learn("parts", until: 2).status == 0)
    #expect(try learn("parts", until: 4).status == 0)
    #expect(try lines("parts") == lines("whole"))
    for line in try lines("whole") { #expect(line.portraits > 0.05 && line.portraits < 3) }
    #expect(
      try shop.digest(shop.path("parts/model.safetensors"))
        == shop.digest(shop.path("whole/model.safetensors")))
    let refused = try run("none", "--portraits", "nowhere")
    #expect(refused.status != 0 && refused.errors.contains("nowhere: cannot be read as a folder"))
  }
}
