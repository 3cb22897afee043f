import Foundation

/// The folder in which one run alone makes a result.
final class CacheWork: Sendable {
  let folder: URL
  private let cache: Cache
  private let lock: FileLock

  private init(_ folder: URL, _ cache: Cache, _ lock: FileLock) {
    self.folder = folder
    self.cache = cache
    self.lock = lock
  }

  /// Takes the working folder of `key`, when nobody else has it any more.
  ///
  /// - Parameter waits: called once, before the first waiting
  static func taken(
    _ key: CacheKey, in cache: Cache, waits: () -> Void
  ) async throws -> CacheWork {
    let folder = cache.workplace(of: key)
    var waited = false
    while true {
      try Task.checkCancellation()
      try make(folder)
      do {
        let path = folder.appendingPathComponent("lock").path
        if let lock = try FileLock.attempt(.exclusive, at: path, making: true) {
          return CacheWork(folder, cache, lock)
        }
      } catch {
        // Whoever had it may have removed it just now.
        guard !FileManager.default.fileExists(atPath: folder.path) else { throw error }
        continue
      }
      if !waited { waits() }
      waited = true
      try await Task.sleep(for: .milliseconds(100))
    }
  }

  /// Makes a folder and those above it, where they are missing.
  private static func make(_ folder: URL) throws {
    if mkdir(folder.path, 0o777) == 0 || errno == EEXIST { return }
    guard errno == ENOENT, folder.path != "/" else { throw CacheError.system(folder.path) }
    try make(folder.deletingLastPathComponent())
    guard mkdir(folder.path, 0o777) == 0 || errno == EEXIST else {
      throw CacheError.system(folder.path)
    }
  }

  /// Gives what `write` lays down the name of `key`.
  func finish(_ key: CacheKey, _ record: CacheRecord, _ write: (URL) throws -> Void) throws {
    guard key.files.allSatisfy(\.isCurrent) else {
      throw CacheError("a file that it was made of changed meanwhile")
    }
    let place = cache.place(of: key)
    let made = try filled("result", with: record, write)
    if rename(made.path, place.path) != 0 {
      // Somebody else's is there: it is equal, or this run found it damaged and could not say so.
      guard errno == EEXIST || errno == ENOTEMPTY else { throw CacheError.system(place.path) }
      return
    }
    try cache.synchronize(place.deletingLastPathComponent())
  }

  /// A new folder that `write` fills, in place of what an earlier run began; sealed, still hidden.
  private func filled(
    _ name: String, with record: CacheRecord, _ write: (URL) throws -> Void
  ) throws -> URL {
    let part = folder.appendingPathComponent(".\(name).partial")
    try? FileManager.default.removeItem(at: part)
    try FileManager.default.createDirectory(at: part, withIntermediateDirectories: false)
    do {
      try write(part)
      try cache.seal(part, with: record)
    } catch {
      try? FileManager.default.removeItem(at: part)
      throw error
    }
    return part
  }

  /// Removes the folder, and with it the checkpoints.
  func remove() { cache.remove(folder) }

  /// Removes the folder if a later run could not go on from it.
  func removeIfIdle() {
    if Self.checkpoints(in: folder).isEmpty { remove() }
  }
}

/// Checkpoints are folders `name.number` in the working folder; of one name the highest counts.
extension CacheWork {
  static func checkpoints(in folder: URL, named name: String? = nil) -> [(number: Int, place: URL)]
  {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.compactMap { found in
      guard let match = found.wholeMatch(of: /([a-z]+)\.([0-9]+)/), let number = Int(match.2),
        name.map({ $0 == match.1 }) ?? true
      else { return nil }
      return (number, folder.appendingPathComponent(found))
    }.sorted { $0.number > $1.number }
  }

  /// The last whole checkpoint called `name`.
  func lastCheckpoint(_ name: String) -> (place: URL, record: CacheRecord)? {
    for (_, place) in Self.checkpoints(in: folder, named: name) {
      if let record = try? cache.sealed(place) { return (place, record) }
    }
    return nil
  }

  /// Puts a new checkpoint in place of the earlier ones of its name.
  func leave(_ name: String, _ record: CacheRecord, _ write: (URL) throws -> Void) throws {
    let earlier = Self.checkpoints(in: folder, named: name)
    let made = try filled(name, with: record, write)
    let place = folder.appendingPathComponent("\(name).\((earlier.first?.number ?? 0) + 1)")
    guard rename(made.path, place.path) == 0 else { throw CacheError.system(place.path) }
    try cache.synchronize(folder)
    for (_, old) in earlier { cache.remove(old) }
  }
}
