import Foundation
import Pipeline
import Synchronization
import TestSupport
import Testing

@Suite struct CacheTests {
  let shop: Workshop
  let cache: Cache

  init() throws {
    shop = try Workshop("cache")
    var cache = Cache(folder: shop.folder.appendingPathComponent("kept"), hashing: .short)
    cache.checkpointSeconds = 0
    self.cache = cache
    try write("1\n2\n3\n4\n", "a.txt")
  }

  func write(_ text: String, _ name: String) throws {
    try text.write(toFile: shop.path(name), atomically: true, encoding: .utf8)
  }

  /// Two sums, the second of which begins with the first.
  func plan(_ file: String = "a.txt", first: Int = 1, second: Int = 1) throws -> Plan {
    let registry = StageRegistry([Lines.self, Tally.self, Dice.self])
    let text = #"""
      {"stages": [
        {"id": "a", "use": "lines", "with": {"path": "\#(shop.path(file))"}},
        {"id": "b", "use": "tally", "with": {"factor": \#(first)}, "from": {"numbers": "a.numbers"}},
        {"id": "c", "use": "tally", "with": {"factor": \#(second)},
         "from": {"numbers": "a.numbers", "offset": "b.total"}}
      ]}
      """#
    return try Plan(PipelineSpec(text: text), registry: registry)
  }

  /// What a run did: which stages computed, which were restored, what was told.
  struct Account {
    var total = 0
    var steps: [String] = []
    var restored: [String] = []
    var notes: [String] = []
  }

  @discardableResult
  func run(
    _ plan: Plan, _ cache: Cache? = nil, on event: @escaping @Sendable (Event) -> Void = { _ in }
  ) async throws -> Account {
    let log = Log<Event>()
    let context = RunContext(
      document: RunDocument(name: "p.json", sha256: ""), cache: cache ?? self.cache
    ) {
      log.append($0)
      event($0)
    }
    var account = Account()
    account.total = try await plan.run(in: context)["c"]?[Tally.total].value ?? 0
    for event in log.elements {
      switch event.kind {
      case .progress(let done, _, _): account.steps.append("\(event.stage)\(done)")
      case .restored: account.restored.append(event.stage)
      default: break
      }
    }
    account.notes = log.notes.map(\.fresh)
    return account
  }

  func forecast(_ plan: Plan, cache: Cache? = nil) -> [String] {
    let context = RunContext(
      document: RunDocument(name: "p.json", sha256: ""), cache: cache ?? self.cache)
    return plan.forecast(in: context).map(\.description.fresh)
  }

  /// The folder of the result whose id is given.
  func kept(_ id: String) throws -> URL {
    let item = try #require(cache.items().first { $0.id == id })
    return cache.folder.appendingPathComponent(String(item.key.prefix(2)))
      .appendingPathComponent(item.key)
  }

  @Test func whatIsKeptIsNotMadeAgain() async throws {
    let made = try await run(plan())
    #expect(made.total == 20 && made.restored == [])
    #expect(made.steps == ["b1", "b2", "b3", "b4", "c1", "c2", "c3", "c4"])
    let again = try await run(plan())
    #expect(again.total == 20 && again.restored == ["b", "c"] && again.steps == [])
    // What the stages told is told again.
    #expect(again.notes == ["b: adds", "c: adds"])
    let names = try FileManager.default.subpathsOfDirectory(atPath: cache.folder.path)
    #expect(!names.contains { $0.contains("/.") }, "\(names)")
  }

  @Test func aChangeReachesWhatFollowsAndNothingElse() async throws {
    try await run(plan())
    let last = try await run(plan(second: 2))
    #expect(last.total == 30 && last.restored == ["b"] && last.steps.first == "c1")
    let first = try await run(plan(first: 2))
    #expect(first.total == 30 && first.restored == [] && first.steps.count == 8)
    let back = try await run(plan())
    #expect(back.total == 20 && back.steps == [])
  }

  @Test func contentsCountAndNamesDoNot() async throws {
    try await run(plan())
    try write("1\n2\n3\n4\n", "b.txt")
    #expect(try await run(plan("b.txt")).steps == [])
    try write("1\n2\n3\n5\n", "a.txt")
    let changed = try await run(plan())
    #expect(changed.total == 22 && changed.restored == [])
  }

  @Test func aSeedCountsWhereItMatters() async throws {
    let registry = StageRegistry([Dice.self])
    func roll(_ id: String, seed: UInt64) async throws -> (Int?, Bool) {
      let spec = try PipelineSpec(text: #"{"stages": [{"id": "\#(id)", "use": "dice"}]}"#)
      let ran = Mutex(false)
      let context = RunContext(seed: seed, cache: cache) { event in
        if case .progress = event.kind { ran.withLock { $0 = true } }
      }
      let outputs = try await Plan(spec, registry: registry).run(in: context)
      return (outputs[id]?[Dice.total].value, ran.withLock { $0 })
    }
    let first = try await roll("x", seed: 1)
    let again = try await roll("x", seed: 1)
    #expect(first.1 && !again.1 && first.0 == again.0)
    #expect(try await roll("x", seed: 2).1)
    #expect(try await roll("y", seed: 1).1)
  }

  @Test func aRunThatWasBrokenOffGoesOn() async throws {
    let broken = try plan()
    let run = Task {
      try await self.run(broken) { event in
        guard event.stage == "c", case .progress(3, _, _) = event.kind else { return }
        withUnsafeCurrentTask { $0?.cancel() }
      }
    }
    await #expect(throws: CancellationError.self) { try await run.value }
    #expect(cache.items().map { $0.isFinished }.sorted { $0 && !$1 } == [true, false])
    #expect(
      forecast(broken) == [
        "[1/3] a (lines): would run: it is not kept", "[2/3] b (tally): cached: 0 s old, 2 B",
        "[3/3] c (tally): would run: it goes on from its checkpoint, 0 s old",
      ])
    let rest = try await self.run(broken)
    #expect(rest.total == 20 && rest.restored == ["b"] && rest.steps == ["c4"])
    #expect(rest.notes.contains("c: goes on from its checkpoint, 0 s old"))
    #expect(cache.items().allSatisfy { $0.isFinished })
    // That it went on is no part of the result.
    #expect(try await self.run(broken).notes == ["b: adds", "c: adds"])
  }

  @Test(arguments: [0, 1, 2, 3]) func damageIsFound(_ kind: Int) async throws {
    try await run(plan())
    let folder = try kept("b")
    let (sum, record) = (Tally.file(in: folder), folder.appendingPathComponent("record.json"))
    switch kind {
    case 0: try Data().write(to: sum)
    case 1: try Data("11".utf8).write(to: sum)
    case 2: try FileManager.default.removeItem(at: sum)
    default: try Data("{".utf8).write(to: record)
    }
    let line = try forecast(plan())[1]
    #expect(line.contains("would run: what is kept cannot be used: "))
    #expect(line.hasSuffix("'sum.txt' is damaged") == (kind < 3))
    let repaired = try await run(plan())
    #expect(repaired.total == 20 && repaired.restored == ["c"])
    #expect(repaired.notes.first?.hasPrefix("b: what is kept cannot be used: ") == true)
    #expect(try await run(plan()).restored == ["b", "c"])
  }

  @Test(.timeLimit(.minutes(30))) func runsThatShareACacheMakeEverythingOnce() async throws {
    let plan = try plan()
    async let one = run(plan)
    async let two = run(plan)
    async let three = run(plan)
    let all = try await [one, two, three]
    #expect(all.allSatisfy { $0.total == 20 })
    #expect(all.flatMap(\.steps).count == 8)
    #expect(all.flatMap(\.restored).sorted() == ["b", "b", "c", "c"])
    #expect(cache.items().count == 2 && cache.items().allSatisfy { $0.isFinished })
  }

  @Test func whereNothingCanBeKeptTheRunGoesOn() async throws {
    try write("", "file")
    let cache = Cache(folder: shop.folder.appendingPathComponent("file/kept"), hashing: .short)
    let account = try await run(plan(), cache)
    #expect(account.total == 20 && account.steps.count == 8)
    let notes = account.notes.filter { $0.contains("is not kept: ") }
    #expect(notes.count == 2 && notes.allSatisfy { $0.hasSuffix(": not a directory") }, "\(notes)")
  }

  @Test func whatAFileThatChangesMeanwhileGaveIsNotKept() async throws {
    let path = shop.path("a.txt")
    let account = try await run(plan()) { event in
      guard event.stage == "b", case .progress(4, _, _) = event.kind else { return }
      try? "9\n".write(toFile: path, atomically: true, encoding: .utf8)
    }
    #expect(
      account.notes.contains("b: is not kept: a file that it was made of changed meanwhile"))
    #expect(cache.items().isEmpty)
    #expect(try await run(plan()).total == 18)
  }

  @Test func aForecastGivesReasons() async throws {
    #expect(
      forecast(try plan()) == [
        "[1/3] a (lines): would run: it is not kept",
        "[2/3] b (tally): would run: not in the cache",
        "[3/3] c (tally): would run: not in the cache",
      ])
    try await run(plan())
    #expect(
      forecast(try plan()).suffix(2) == [
        "[2/3] b (tally): cached: 0 s old, 2 B", "[3/3] c (tally): cached: 0 s old, 2 B",
      ])
    #expect(
      forecast(try plan(first: 3)).suffix(2) == [
        "[2/3] b (tally): would run: 'factor' changed from 1 to 3",
        "[3/3] c (tally): would run: its input 'offset' changed, which is b's",
      ])
    try write("7\n", "a.txt")
    #expect(
      forecast(try plan())[1]
        == "[2/3] b (tally): would run: its input 'numbers' changed, which is a's")
    #expect(
      forecast(try plan("none.txt"))[1]
        == "[2/3] b (tally): would run: 'path' names a file that is not there")
    #expect(try plan().forecast(in: RunContext())[1].course == .runs("there is no cache"))
  }

  @Test func unchangedFilesAreReadOnce() async throws {
    let readings = Mutex(0)
    let hashing = Hashing(
      data: { Hashing.fnv($0) },
      files: { paths in
        readings.withLock { $0 += 1 }
        return Hashing.fnv(Data("\(paths)".utf8))
      })
    let cache = Cache(folder: cache.folder, hashing: hashing)
    // A file that changed a moment ago may change again within a tick of its file system's clock.
    for count in 1...2 {
      _ = forecast(try plan("a.txt"), cache: cache)
      #expect(readings.withLock { $0 } == count)
    }
    try FileManager.default.createSymbolicLink(
      atPath: shop.path("old.txt"),
      withDestinationPath: Shared.root.appendingPathComponent("LICENSE").path)
    for _ in 1...3 { _ = forecast(try plan("old.txt"), cache: cache) }
    #expect(readings.withLock { $0 } == 3)
    var rule = PruningRule()
    rule.all = true
    _ = cache.prune(rule)
    _ = forecast(try plan("old.txt"), cache: cache)
    #expect(readings.withLock { $0 } == 4)
  }

  @Test func aPlanMayEndEarlier() async throws {
    let part = try plan().until("b")
    #expect(part.steps.map(\.id) == ["a", "b"])
    #expect(try await run(part).steps.count == 4)
    #expect(try await run(plan()).restored == ["b"])
    let error = #expect(throws: OverrideError.self) { try plan().until("bb") }
    #expect(error?.description == "--until: no stage has the id 'bb'; did you mean 'b'?")
  }
}
