import Foundation
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
    let color, opacity, density: Float
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
}
