import Foundation

/// Results of costly stages on disk, each under the hash of all that it follows from.
///
///     <cache>/3f/3f9a…/record.json, …        a result, whole
///     <cache>/3f/.3f9a….work/lock, …         one that is being made, and its checkpoints
///     <cache>/files/….json                   hashes of files that were read
///
/// What has its name is whole: results grow in the working folder and are renamed. Any number of
/// runs may share a cache. Whoever makes a result holds the lock of its working folder; the others
/// wait and then find it. Whoever reads one holds a lock on its record, so that it is not pruned.
public struct Cache: Sendable {
  public let folder: URL
  /// Seconds between two checkpoints of one stage; 0 leaves one as often as the stage offers it.
  public var checkpointSeconds = 30.0
  let hashing: Hashing

  public init(folder: URL, hashing: Hashing) {
    self.folder = folder.standardizedFileURL
    self.hashing = hashing
  }

  var fingerprints: URL { folder.appendingPathComponent("files") }

  func place(of key: CacheKey) -> URL { shelf(of: key).appendingPathComponent(key.digits) }

  func workplace(of key: CacheKey) -> URL {
    shelf(of: key).appendingPathComponent(".\(key.digits)\(Self.workEnding)")
  }

  static let workEnding = ".work"
  static let removedBeginning = ".removed-"

  private func shelf(of key: CacheKey) -> URL {
    folder.appendingPathComponent(String(key.digits.prefix(2)))
  }

  /// A result that is being read.
  struct Entry {
    let folder: URL
    let record: CacheRecord
    private let lock: FileLock

    init(folder: URL, record: CacheRecord, lock: FileLock) {
      self.folder = folder
      self.record = record
      self.lock = lock
    }
  }

  /// The result under `key`, if there is one.
  ///
  /// - Throws: where it is damaged
  func entry(_ key: CacheKey) throws -> Entry? {
    let place = place(of: key)
    let path = place.appendingPathComponent(CacheRecord.name).path
    guard FileManager.default.fileExists(atPath: place.path) else { return nil }
    guard let lock = try FileLock.attempt(.shared, at: path) else { return nil }
    let entry = Entry(folder: place, record: try sealed(place), lock: lock)
    lock.touch()
    return entry
  }

  /// Removes a folder so that nobody sees a part of it.
  func remove(_ place: URL) {
    let mark = String(UInt64.random(in: 0...UInt64.max), radix: 16)
    let grave = place.deletingLastPathComponent()
      .appendingPathComponent("\(Self.removedBeginning)\(mark)")
    guard rename(place.path, grave.path) == 0 else { return }
    try? FileManager.default.removeItem(at: grave)
  }
}
