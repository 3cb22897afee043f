import Foundation
import Pipeline
import Testing

/// A video of so many pictures, of which nothing is made.
private struct Film: Stage {
  static let name = "film"
  static let summary = "Has pictures."
  static let numbers = Port<Numbers>("numbers")
  static let outputs: [any AnyPort] = [numbers]

  @Parameter("Its length; null is not known.") var count: Int? = nil
  @Parameter("The file.") var path = ""

  var sourceFiles: [String: [String]] { ["path": path.isEmpty ? [] : [path]] }

  func extents(of inputs: [String: Extent]) -> [String: Extent] {
    ["numbers": Extent(frames: count, width: 512, height: 512)]
  }

  func run(_ inputs: Ports, in context: RunContext) async throws -> Ports {
    Ports(Self.numbers, Numbers { _ in nil })
  }
}

/// A stage that needs all pictures at once.
private struct Stack: Stage {
  static let name = "stack"
  static let summary = "Turns a video around."
  static let numbers = Port<Numbers>("numbers")
  static let inputs: [any AnyPort] = [numbers]
  static let outputs: [any AnyPort] = [numbers]
  static let holding = Holding.pictures

  @Parameter("The file that it writes.") var path = ""

  var writtenFiles: [String: [String]] { ["path": path.isEmpty ? [] : [path]] }

  func run(_ inputs: Ports, in context: RunContext) async throws -> Ports { inputs }
}

@Suite struct DemandTests {
  let folder = URL(fileURLWithPath: "/nowhere/run", isDirectory: true)

  func message(_ stages: String, memory: Int = 8_000_000_000) throws -> String? {
    let plan = try Plan(
      PipelineSpec(text: #"{"stages": [\#(stages)]}"#),
      registry: registry.adding([Film.self, Stack.self]))
    do {
      try plan.checkDemands(memory: memory, folder: folder)
      return nil
    } catch {
      return error.description
    }
  }

  @Test func picturesThatDoNotFitAreRefused() throws {
    func film(_ count: String) -> String {
      #"""
      {"id": "film", "use": "film", "with": {"count": \#(count)}},
      {"id": "scaled", "use": "scale", "from": {"numbers": "film.numbers"}},
      {"id": "stack", "use": "stack", "from": {"numbers": "scaled.numbers"}}
      """#
    }
    #expect(
      try message(film("15000"))
        == "/stages/2/from/numbers: stack would hold 15000 frames of 512x512 (12 GB) in memory; "
        + "at most 8.0 GB are allowed: take fewer with --frames, or allow more with --memory")
    // 512 · 512 · 3 bytes each: the last that fits, and what is not known.
    #expect(try message(film("10172")) == nil)
    #expect(try message(film("10173")) != nil)
    #expect(try message(film("10173"), memory: 8_000_500_000) == nil)
    #expect(try message(film("\(Int.max)")) != nil)
    #expect(try message(film("null")) == nil)
    #expect(
      try message(
        #"""
        {"id": "film", "use": "film", "with": {"count": 15000}},
        {"id": "scaled", "use": "scale", "from": {"numbers": "film.numbers"}}
        """#) == nil)
  }

  @Test func aFileIsWrittenOnceAndNotWhereItIsRead() throws {
    func two(_ source: String, _ first: String, _ second: String) -> String {
      #"""
      {"id": "film", "use": "film", "with": {"path": "\#(source)"}},
      {"id": "a", "use": "stack", "from": {"numbers": "film.numbers"}, "with": {"path": "\#(first)"}},
      {"id": "b", "use": "stack", "from": {"numbers": "film.numbers"}, "with": {"path": "\#(second)"}}
      """#
    }
    #expect(try message(two("/x/in.mp4", "a.mp4", "b.mp4")) == nil)
    #expect(
      try message(two("/x/in.mp4", "a.mp4", "/nowhere/run/./a.mp4"))
        == "/stages/2/with/path: '/nowhere/run/./a.mp4' is written by /stages/1 (a) already")
    #expect(
      try message(two("/nowhere/run/in.mp4", "c/../in.mp4", "b.mp4"))
        == "/stages/1/with/path: 'c/../in.mp4' is read by /stages/0 (film), and every reading "
        + "opens it anew: write to another file")
  }

  @Test func theDefaultIsAPartOfTheMachine() {
    #expect(Plan.defaultMemory > 0)
    #expect(Plan.defaultMemory <= Int(clamping: ProcessInfo.processInfo.physicalMemory) / 2)
  }
}
