import Foundation

/// One result in a cache, or one that was begun.
public struct CacheItem: Sendable {
  /// Hexadecimal digits.
  public let key: String
  /// The name of the stage, its id and its document; nothing where the record is damaged.
  public let stage: String?
  public let id: String?
  public let pipeline: String?
  /// When it was used last.
  public let used: Date
  public let bytes: Int
  /// Whether it is whole, or has only checkpoints.
  public let isFinished: Bool
  let place: URL
  let record: CacheRecord?
}

/// Which results are to go.
public struct PruningRule: Sendable {
  public var all = false
  /// Those that were not used for so long.
  public var olderThan: Age?
  /// Those that are larger.
  public var largerThan: ByteCount?
  /// Those used least recently, until all together are no larger.
  public var keeping: ByteCount?

  public init() {}

  func picks(_ items: [CacheItem], at time: Date) -> [CacheItem] {
    var kept = items.reduce(0) { $0 + $1.bytes }
    return items.filter { item in
      let isPicked =
        all || olderThan.map { time.timeIntervalSince(item.used) > $0.seconds } ?? false
        || largerThan.map { item.bytes > $0.bytes } ?? false
        || keeping.map { kept > $0.bytes } ?? false
      if isPicked { kept -= item.bytes }
      return isPicked
    }
  }
}

extension Cache {
  /// All that the cache holds, least recently used first.
  public func items() -> [CacheItem] {
    shelves.flatMap { shelf in names(in: shelf).compactMap { item($0, on: shelf) } }
      .sorted { ($0.used, $0.key) < ($1.used, $1.key) }
  }

  /// Removes what a rule picks and nobody uses, and what was left behind half removed.
  /// - Returns: what went, and how many were in use and stayed
  public func prune(_ rule: PruningRule) -> (removed: [CacheItem], inUse: Int) {
    let files = FileManager.default
    for shelf in shelves {
      for name in names(in: shelf) where name.hasPrefix(Self.removedBeginning) {
        try? files.removeItem(at: shelf.appendingPathComponent(name))
      }
    }
    var removed: [CacheItem] = []
    var inUse = 0
    for item in rule.picks(items(), at: .now) {
      let name = item.isFinished ? CacheRecord.name : "lock"
      let path = item.place.appendingPathComponent(name).path
      var lock: FileLock?
      if files.fileExists(atPath: path) {
        lock = try? FileLock.attempt(.exclusive, at: path)
        guard lock != nil else {
          inUse += 1
          continue
        }
      }
      withExtendedLifetime(lock) { remove(item.place) }
      removed.append(item)
    }
    for shelf in shelves { rmdir(shelf.path) }
    pruneFingerprints(all: rule.all)
    return (removed, inUse)
  }

  private var shelves: [URL] {
    names(in: folder).filter { $0.count == 2 }.map { folder.appendingPathComponent($0) }
  }

  private func names(in folder: URL) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).sorted()
  }

  private func item(_ name: String, on shelf: URL) -> CacheItem? {
    let place = shelf.appendingPathComponent(name)
    let isFinished = !name.hasPrefix(".")
    guard isFinished || name.hasSuffix(Self.workEnding) else { return nil }
    let key = isFinished ? name : String(name.dropFirst().dropLast(Self.workEnding.count))
    let checkpoints = isFinished ? [] : CacheWork.checkpoints(in: place).map(\.place)
    let record = (isFinished ? [place] : checkpoints).lazy
      .compactMap { try? CacheRecord(in: $0) }.first
    let mark = place.appendingPathComponent(isFinished ? CacheRecord.name : "lock").path
    return CacheItem(
      key: key, stage: record?.stage, id: record?.id, pipeline: record?.pipeline,
      used: Self.change(of: checkpoints.first?.path ?? mark) ?? Self.change(of: place.path)
        ?? .distantPast,
      bytes: Self.size(of: place), isFinished: isFinished, place: place, record: record)
  }

  private static func change(of path: String) -> Date? {
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    return attributes?[.modificationDate] as? Date
  }

  private static func size(of folder: URL) -> Int {
    let names = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String }
    return (names ?? []).reduce(0) { sum, name in
      sum + Int(FileState(folder.appendingPathComponent(name).path)?.size ?? 0)
    }
  }
}
