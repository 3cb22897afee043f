import Foundation

/// A zip archive whose entries are stored as they are, which is how torch saves.
///
/// Opening maps the file and reads the directory at its end; nothing is unpacked. Entries must lie in the file
/// one after the other, none over another, so that they never hold more than the file does.
/// - Source: PKWARE APPNOTE 6.3.10, sections 4.3 and 4.5.3
package struct ZipArchive: Sendable {
  /// Where the bytes of one entry lie.
  struct Entry: Sendable {
    let name: String
    let header: Int
    let range: Range<Int>
    let checksum: UInt32
  }

  static let mostEntries = 1 << 17
  static let longestName = 1024

  let path: String
  let entries: [String: Entry]
  private let bytes: Data

  /// Opens the archive in `data`; `path` only names it in errors.
  init(data: Data, path: String) throws {
    self.path = path
    bytes = data
    let directory = try ZipDirectory(data: data, path: path)
    var entries: [String: Entry] = [:]
    for entry in try directory.entries() {
      guard entries.updateValue(entry, forKey: entry.name) == nil else {
        throw CheckpointError(path: path, reason: "holds the entry '\(entry.name)' twice")
      }
    }
    var end = 0
    for entry in entries.values.sorted(by: { $0.header < $1.header }) {
      guard entry.header >= end else {
        throw CheckpointError(path: path, reason: "the entry '\(entry.name)' overlaps another")
      }
      end = entry.range.upperBound
    }
    self.entries = entries
  }

  /// The entry called `name`.
  func entry(_ name: String) throws -> Entry {
    guard let entry = entries[name] else {
      throw CheckpointError(path: path, reason: "has no entry '\(name)'")
    }
    return entry
  }

  /// Calls `body` with the bytes of an entry, which are not copied.
  func withBytes<Result>(
    _ entry: Entry, _ body: (UnsafeRawBufferPointer) throws -> Result
  ) rethrows -> Result {
    try bytes.withUnsafeBytes { try body(UnsafeRawBufferPointer(rebasing: $0[entry.range])) }
  }

  /// Throws unless an entry's bytes are those that were stored.
  func check(_ entry: Entry) throws {
    guard withBytes(entry, Self.checksum) == entry.checksum else {
      throw CheckpointError(
        path: path, reason: "the entry '\(entry.name)' is damaged: its checksum differs")
    }
  }

  /// The cyclic redundancy check of 32 bits that zip stores with an entry.
  package static func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
    table.withUnsafeBufferPointer { table in
      ~bytes.reduce(~UInt32(0)) { table[Int(UInt8(truncatingIfNeeded: $0) ^ $1)] ^ $0 >> 8 }
    }
  }

  private static let table: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte)) { sum, _ in sum & 1 == 1 ? 0xEDB8_8320 ^ sum >> 1 : sum >> 1 }
  }
}
