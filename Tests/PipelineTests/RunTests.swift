import Foundation
import Pipeline
import Testing

@Suite struct RunTests {
  let log = Log<Event>()

  @Test func stagesRunInTheDocumentsOrder() async throws {
    let plan = try plan(
      #"{"id": "a", "use": "count", "with": {"start": 1}}, "#
        + #"{"id": "t", "use": "sum", "from": {"numbers": "a.numbers"}}, "#
        + #"{"id": "b", "use": "scale", "from": {"numbers": "a.numbers", "offset": "t.total"}}, "#
        + #"{"id": "c", "use": "sum", "from": {"numbers": "b.numbers"}}"#)
    let outputs = try await plan.run(in: log.context)
    #expect(outputs["t"]?[Sum.total].value == 6)
    #expect(outputs["c"]?[Sum.total].value == 2 * 6 + 3 * 6)
    let started = log.elements.filter { if case .started = $0.kind { true } else { false } }
    #expect(
      started == [
        Event(stage: "a", kind: .started(name: "count", index: 0, count: 4)),
        Event(stage: "t", kind: .started(name: "sum", index: 1, count: 4)),
        Event(stage: "b", kind: .started(name: "scale", index: 2, count: 4)),
        Event(stage: "c", kind: .started(name: "sum", index: 3, count: 4)),
      ])
    let finished = log.elements.filter { if case .finished = $0.kind { true } else { false } }
    #expect(finished.map(\.stage) == ["a", "t", "b", "c"])
  }

  @Test func aNumberIsMadeWhenItIsAddedAndNotBefore() async throws {
    let plan = try plan(
      #"{"id": "a", "use": "count"}, "#
        + #"{"id": "b", "use": "scale", "from": {"numbers": "a.numbers"}}, "#
        + #"{"id": "c", "use": "sum", "from": {"numbers": "b.numbers"}}"#)
    try await plan.run(in: log.context)
    #expect(
      log.notes == [
        "a: made 0", "c: added 0", "a: made 1", "c: added 2", "a: made 2", "c: added 4",
      ])
  }

  @Test func whatNoStageReadsTheCallerMay() async throws {
    let outputs = try await plan(#"{"id": "a", "use": "count"}"#).run(in: log.context)
    #expect(log.notes == [])
    var numbers: [Int] = []
    for try await number in try #require(outputs["a"])[Count.numbers] { numbers.append(number) }
    #expect(numbers == [0, 1, 2])
  }

  @Test func aLazyFailureIsBlamedOnTheStageThatCausedIt() async throws {
    let plan = try plan(
      #"{"id": "a", "use": "count", "with": {"tear": 2}}, "#
        + #"{"id": "b", "use": "scale", "from": {"numbers": "a.numbers"}}, "#
        + #"{"id": "c", "use": "sum", "from": {"numbers": "b.numbers"}}"#)
    let error = await #expect(throws: StageFailure.self) { try await plan.run(in: log.context) }
    #expect(error?.description == "/stages/0 (a): number 2 is torn")
    #expect(error?.cause is Torn)
    #expect(log.notes.last == "c: added 2")
  }

  @Test func whatTheSystemRefusesIsOneSentence() async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try Data().write(to: folder.appendingPathComponent("file"))
    let plan = try Plan(
      PipelineSpec(text: #"{"stages": [{"id": "a", "use": "dig"}]}"#),
      registry: StageRegistry([Dig.self]))
    let error = await #expect(throws: StageFailure.self) {
      try await plan.run(in: RunContext(folder: folder))
    }
    #expect(
      error?.description
        == "/stages/0 (a): \(folder.path)/file/below: cannot be written (not a directory)")
  }

  @Test func aStageThatGivesLessThanItPromisesFails() async throws {
    let plan = try plan(#"{"id": "a", "use": "count"}, {"id": "b", "use": "empty"}"#)
    let error = await #expect(throws: StageFailure.self) { try await plan.run(in: log.context) }
    #expect(error?.description == "/stages/1 (b): empty has not given its output 'total'")
  }

  @Test func aCanceledRunStartsNoStage() async throws {
    let plan = try plan(#"{"id": "a", "use": "count"}"#)
    let context = log.context
    let run = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      try await plan.run(in: context)
    }
    await #expect(throws: CancellationError.self) { try await run.value }
    #expect(log.elements == [])
  }

  @Test(.timeLimit(.minutes(30))) func aRunCanBeCanceledWhileAStageWaits() async throws {
    let plan = try plan(#"{"id": "a", "use": "stuck"}, {"id": "b", "use": "count"}"#)
    let (events, source) = AsyncStream.makeStream(of: Event.self)
    let run = Task { try await plan.run(in: RunContext(events: { source.yield($0) })) }
    for await event in events where event.kind == .note("waiting") {
      run.cancel()
      source.finish()
    }
    await #expect(throws: CancellationError.self) { try await run.value }
  }

  @Test func seedsDifferByStageAndBySeedAndStayTheSame() {
    let seeds = (0..<100).flatMap { seed in
      ["a", "b", "face"].map { RunContext(seed: UInt64(seed)).seed(for: $0) }
    }
    #expect(Set(seeds).count == 300)
    // From the definitions of FNV-1a and SplitMix64, by exact integers elsewhere.
    #expect(RunContext(seed: 7).seed(for: "render") == 9_872_836_670_520_147_906)
  }

  @Test func outputsLieBelowTheFolderUnlessTheirPathIsAbsolute() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: folder) }
    let context = RunContext(folder: folder)
    let relative = try context.output("clips/out.mp4")
    #expect(relative.path == folder.path + "/clips/out.mp4")
    #expect(FileManager.default.fileExists(atPath: folder.path + "/clips"))
    let absolute = folder.path + "/other/out.mp4"
    #expect(try context.output(absolute).path == absolute)
  }
}

/// A stage that wants a folder below a file.
struct Dig: Stage {
  static let name = "dig"
  static let summary = "Makes a folder where none can be."

  func run(_ inputs: Ports, in context: RunContext) async throws -> Ports {
    _ = try context.output("file/below/out")
    return Ports()
  }
}
