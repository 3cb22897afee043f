import Foundation

/// Which file is at a path, and since when: while it is equal, the file has the same bytes.
///
/// Clocks may go backward, so states are compared for equality only.
public struct FileState: Codable, Hashable, Sendable {
  let path: String
  let size: Int64
  let device: UInt64
  let node: UInt64
  /// Nanoseconds since 1970 of the last change of the bytes.
  let modified: Int64
  /// Nanoseconds since 1970 of the last change of the bytes or of anything else about the file.
  let changed: Int64

  /// Nothing where no plain file is.
  init?(_ path: String) {
    var found = stat()
    guard stat(path, &found) == 0, found.st_mode & S_IFMT == S_IFREG else { return nil }
    func nanoseconds(_ time: timespec) -> Int64 {
      Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
    }
    self.path = path
    size = Int64(found.st_size)
    device = UInt64(found.st_dev)
    node = UInt64(found.st_ino)
    modified = nanoseconds(found.st_mtim)
    changed = nanoseconds(found.st_ctim)
  }

  var isCurrent: Bool { FileState(path) == self }

  /// Whether a later change would surely show: clocks of file systems tick as slowly as once in two
  /// seconds.
  var isSettled: Bool {
    abs(Date.now.timeIntervalSince1970 - Double(max(changed, modified)) / 1e9) > 2
  }
}

/// The hash of files, kept so that unchanged ones are read once.
private struct Fingerprint: Codable {
  let states: [FileState]
  let digits: String
}

extension Cache {
  /// The hash of files in a state that was just found.
  func digits(of states: [FileState]) throws -> String {
    let paths = states.map(\.path)
    let name = hashing.data(Data(paths.joined(separator: "\n").utf8))
    let place = fingerprints.appendingPathComponent("\(name).json")
    if let data = try? Data(contentsOf: place),
      let known = try? JSONDecoder().decode(Fingerprint.self, from: data), known.states == states
    {
      return known.digits
    }
    let digits = try hashing.files(paths)
    guard states.allSatisfy(\.isCurrent) else { throw CacheError("a file changed as it was read") }
    if states.allSatisfy(\.isSettled),
      let data = try? JSONEncoder().encode(Fingerprint(states: states, digits: digits))
    {
      // Where this cannot be written, files are read again: no harm.
      try? FileManager.default.createDirectory(at: fingerprints, withIntermediateDirectories: true)
      try? data.write(to: place, options: .atomic)
    }
    return digits
  }

  /// Forgets the hashes of files that are not any more what they were.
  func pruneFingerprints(all: Bool) {
    let files = FileManager.default
    let names = (try? files.contentsOfDirectory(atPath: fingerprints.path)) ?? []
    for place in names.map({ fingerprints.appendingPathComponent($0) }) {
      let known = (try? Data(contentsOf: place)).flatMap {
        try? JSONDecoder().decode(Fingerprint.self, from: $0)
      }
      if !all, let known, known.states.allSatisfy(\.isCurrent) { continue }
      try? files.removeItem(at: place)
    }
  }
}
