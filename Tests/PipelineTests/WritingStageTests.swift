import Foundation
import Pipeline
import TestSupport
import Testing

/// Files that are there already as they would be written.
@Suite struct WritingStageTests {
  let shop: Workshop
  let cache: Cache

  init() throws {
    shop = try Workshop("writing")
    cache = Cache(folder: shop.folder.appendingPathComponent("kept"), hashing: .short)
    try "1\n2\n".write(toFile: shop.path("a.txt"), atomically: true, encoding: .utf8)
  }

  func plan(factor: Int = 1, path: String = "out.txt") throws -> Plan {
    let text = #"""
      {"stages": [
        {"id": "a", "use": "lines", "with": {"path": "\#(shop.path("a.txt"))"}},
        {"id": "b", "use": "tally", "with": {"factor": \#(factor)}, "from": {"numbers": "a.numbers"}},
        {"id": "c", "use": "jot", "with": {"path": "\#(path)"}, "from": {"total": "b.total"}}
      ]}
      """#
    return try Plan(
      PipelineSpec(text: text), registry: StageRegistry([Lines.self, Tally.self, Jot.self]))
  }

  func context(_ folder: String, _ log: Log<Event> = Log()) -> RunContext {
    RunContext(folder: URL(fileURLWithPath: shop.path(folder)), cache: cache) { log.append($0) }
  }

  /// Runs the plan; tells whether the file was written, and what the stage said.
  func writes(_ plan: Plan, in folder: String = "x") async throws -> (Bool, [String]) {
    let log = Log<Event>()
    try await plan.run(in: context(folder, log))
    let events = log.elements.filter { $0.stage == "c" }.map(\.kind)
    let stands = events.contains {
      if case .stands(let path, _, let size) = $0 {
        path == shop.path("\(folder)/out.txt") && size.bytes > 1
      } else {
        false
      }
    }
    let ran = events.contains { if case .progress = $0 { true } else { false } }
    #expect(stands != ran)
    return (ran, log.notes.filter { $0.hasPrefix("c: ") })
  }

  func written(_ path: String = "x/out.txt") throws -> String {
    try String(contentsOfFile: shop.path(path), encoding: .utf8)
  }

  @Test func whatStandsIsNotWrittenAgain() async throws {
    #expect(try await writes(plan()).0)
    #expect(try written() == "3")
    #expect(try await !writes(plan()).0)
    #expect(try await writes(plan(factor: 2)).0)
    #expect(try written() == "6")
    // The first result was overwritten.
    let (again, notes) = try await writes(plan())
    #expect(
      again && notes == ["c: \(shop.path("x/out.txt")) is not as it was written, and is made anew"])
    #expect(try written() == "3")
  }

  @Test(arguments: ["out.txt", "out.txt.copy"])
  func whatIsGoneOrChangedIsWrittenAgain(_ name: String) async throws {
    _ = try await writes(plan())
    let path = shop.path("x/\(name)")
    try FileManager.default.removeItem(atPath: path)
    let (again, notes) = try await writes(plan())
    #expect(again && notes == ["c: \(path) is not there, and is made anew"])
    #expect(try written("x/\(name)") == "3")
    // As long as it was, of other bytes.
    try "4".write(toFile: path, atomically: true, encoding: .utf8)
    #expect(try await writes(plan()).0)
    #expect(try written("x/\(name)") == "3")
  }

  @Test func anotherFolderHasFilesOfItsOwn() async throws {
    _ = try await writes(plan())
    #expect(try await writes(plan(), in: "y").0)
    #expect(try written("y/out.txt") == "3")
    #expect(try await !writes(plan()).0)
    #expect(try await !writes(plan(), in: "y").0)
  }

  @Test func aDryRunTellsWhy() async throws {
    func last(_ plan: Plan) -> String {
      plan.forecast(in: context("x")).last?.description.fresh ?? ""
    }
    #expect(try last(plan()) == "[3/3] c (jot): would run: not in the cache")
    _ = try await writes(plan())
    #expect(
      try last(plan())
        == "[3/3] c (jot): would not run: its files are as they were written, 0 s old, 2 B")
    #expect(
      try last(plan(factor: 2))
        == "[3/3] c (jot): would run: its input 'total' changed, which is b's")
    try FileManager.default.removeItem(atPath: shop.path("x/out.txt"))
    #expect(
      try last(plan()) == "[3/3] c (jot): would run: \(shop.path("x/out.txt")) is not there")
  }

  @Test func aWritingStageGivesFilesAlone() throws {
    struct Wrong: WritingStage {
      static let name = "wrong"
      static let summary = "Gives more than files."
      static let total = Port<Total>("total")
      static let outputs: [any AnyPort] = [total]
      func run(_ inputs: Ports, in context: RunContext) async throws -> Ports { Ports() }
    }
    let found = StageConformance(StageRegistry([Wrong.self])).violations
    #expect(
      found.map(\.message) == [
        "output 'total' must not be: files are all that a writing stage gives"
      ])
  }
}
