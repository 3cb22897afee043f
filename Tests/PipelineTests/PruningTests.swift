import Foundation
import Pipeline
import TestSupport
import Testing

@Suite struct PruningTests {
  let shop: Workshop
  let cache: Cache

  /// Three results, the first used three days ago, the last one day ago.
  init() async throws {
    shop = try Workshop("pruning")
    cache = Cache(folder: shop.folder.appendingPathComponent("kept"), hashing: .short)
    let registry = StageRegistry([Dice.self])
    for (days, id) in zip([3.0, 2, 1], ["a", "b", "c"]) {
      let spec = try PipelineSpec(text: #"{"stages": [{"id": "\#(id)", "use": "dice"}]}"#)
      try await Plan(spec, registry: registry).run(in: RunContext(cache: cache))
      let record = try record(id)
      try FileManager.default.setAttributes(
        [.modificationDate: Date.now - days * 86400], ofItemAtPath: record)
    }
  }

  func record(_ id: String) throws -> String {
    let key = try #require(cache.items().first { $0.id == id }).key
    return cache.folder.path + "/\(key.prefix(2))/\(key)/record.json"
  }

  var ids: [String] { cache.items().compactMap(\.id) }

  @Test func resultsAreListedByTheirLastUse() async throws {
    #expect(ids == ["a", "b", "c"])
    let spec = try PipelineSpec(text: #"{"stages": [{"id": "a", "use": "dice"}]}"#)
    try await Plan(spec, registry: StageRegistry([Dice.self])).run(in: RunContext(cache: cache))
    #expect(ids == ["b", "c", "a"])
  }

  @Test func whatIsOldGoes() {
    var rule = PruningRule()
    rule.olderThan = Age(text: "36h")
    let (removed, inUse) = cache.prune(rule)
    #expect(removed.map(\.id) == ["a", "b"] && inUse == 0 && ids == ["c"])
  }

  @Test func whatWasUsedLeastRecentlyGoesUntilTheRestFits() {
    let sizes = cache.items().map(\.bytes)
    var rule = PruningRule()
    rule.keeping = ByteCount(sizes[1] + sizes[2])
    #expect(cache.prune(rule).removed.map(\.id) == ["a"] && ids == ["b", "c"])
    rule.keeping = ByteCount(0)
    #expect(cache.prune(rule).removed.count == 2 && ids == [])
  }

  @Test func whatIsLargeGoes() {
    var rule = PruningRule()
    rule.largerThan = ByteCount(100_000)
    #expect(cache.prune(rule).removed.isEmpty && ids.count == 3)
    rule.largerThan = ByteCount(1)
    #expect(cache.prune(rule).removed.count == 3)
  }

  @Test func whatIsInUseStays() throws {
    let file = open(try record("b"), O_RDONLY)
    #expect(flock(file, LOCK_SH | LOCK_NB) == 0)
    var rule = PruningRule()
    rule.all = true
    let (removed, inUse) = cache.prune(rule)
    #expect(removed.map(\.id) == ["a", "c"] && inUse == 1 && ids == ["b"])
    close(file)
    #expect(cache.prune(rule).removed.map(\.id) == ["b"])
  }

  @Test func whatWasLeftBehindGoes() throws {
    let shelf = URL(fileURLWithPath: try record("b")).deletingLastPathComponent()
      .deletingLastPathComponent()
    for name in [".removed-1", ".0123.work"] {
      let folder = shelf.appendingPathComponent(name)
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
      try Data().write(to: folder.appendingPathComponent("lock"))
    }
    var rule = PruningRule()
    rule.all = true
    #expect(cache.prune(rule).removed.count == 4)
    #expect(!FileManager.default.fileExists(atPath: shelf.path))
  }

  @Test(arguments: [
    ("90s", 90.0), ("30min", 1800), ("12h", 43200), ("7d", 604_800), ("2w", 1_209_600),
  ])
  func agesAreRead(_ text: String, _ seconds: Double) {
    #expect(Age(text: text) == Age(seconds))
  }

  @Test(arguments: [
    ("500B", 500), ("20kB", 20000), ("20KB", 20000), ("12MB", 12_000_000),
    ("2.5GB", 2_500_000_000), ("1 TB", 1_000_000_000_000),
  ])
  func sizesAreRead(_ text: String, _ bytes: Int) {
    #expect(ByteCount(text: text) == ByteCount(bytes))
  }

  @Test(arguments: ["", "7", "d", "-1d", "1.5d", "7 days", "GB", "-1GB", "1e3MB", "1XB"])
  func whatIsNeitherIsRefused(_ text: String) {
    #expect(Age(text: text) == nil && ByteCount(text: text) == nil)
  }

  @Test func amountsAreTold() {
    let ages = [0.4, 61, 119, 120, 7199, 7200, 172_800, -5].map { Age($0).description }
    #expect(
      ages == ["0 s", "61 s", "119 s", "2 min", "119 min", "2 h", "2 d", "0 s"])
    let sizes = [0, 999, 1000, 12_345_678, 1_250_000_000].map { ByteCount($0).description }
    #expect(sizes == ["0 B", "999 B", "1.0 kB", "12 MB", "1.2 GB"])
  }
}
