import Foundation

/// The list of entries at the end of a zip archive.
/// - Source: PKWARE APPNOTE 6.3.10, sections 4.3.12 to 4.3.16
struct ZipDirectory {
  let path: String
  private let data: Data
  private let count: Int
  private let range: Range<Int>

  /// Finds the directory in `data`.
  init(data: Data, path: String) throws {
    self.data = data
    self.path = path
    let bytes = ZipBytes(data)
    let lost = CheckpointError(
      path: path, reason: "is truncated, or not a zip archive: it has no directory at its end")
    // The last record has 22 bytes and a comment of 65535 at most after it.
    let tail = stride(
      from: data.count - 22, through: max(0, data.count - 22 - 65535), by: -1)
    guard let end = tail.first(where: { bytes.number($0, 4) == 0x0605_4B50 }) else { throw lost }
    var count = bytes.number(end + 10, 2) ?? 0
    var size = bytes.number(end + 12, 4) ?? 0
    var start = bytes.number(end + 16, 4) ?? 0
    if let wide = bytes.number(end - 20, 4), wide == 0x0706_4B50,
      let place = bytes.number(end - 12, 8)
    {
      guard place <= end - 56, bytes.number(place, 4) == 0x0606_4B50,
        let wideCount = bytes.number(place + 32, 8), let wideSize = bytes.number(place + 40, 8),
        let wideStart = bytes.number(place + 48, 8)
      else { throw lost }
      (count, size, start) = (wideCount, wideSize, wideStart)
    }
    guard start <= end, size <= end - start else { throw lost }
    guard count <= ZipArchive.mostEntries, count * 46 <= size else {
      throw CheckpointError(path: path, reason: "claims \(count) entries, more than it can hold")
    }
    self.count = count
    range = start..<start + size
  }

  /// All entries, each checked on its own.
  func entries() throws -> [ZipArchive.Entry] {
    var place = range.lowerBound
    return try (0..<count).map { _ in
      let (entry, next) = try entry(at: place)
      place = next
      return entry
    }
  }

  private func wrong(_ reason: String) -> CheckpointError {
    CheckpointError(path: path, reason: reason)
  }

  private func entry(at place: Int) throws -> (ZipArchive.Entry, next: Int) {
    let bytes = ZipBytes(data)
    let cut = wrong("has a directory that is damaged or truncated")
    guard bytes.number(place, 4) == 0x0201_4B50, let flags = bytes.number(place + 8, 2),
      let method = bytes.number(place + 10, 2), let checksum = bytes.number(place + 16, 4),
      let nameLength = bytes.number(place + 28, 2), let extraLength = bytes.number(place + 30, 2),
      let commentLength = bytes.number(place + 32, 2),
      place + 46 + nameLength + extraLength + commentLength <= range.upperBound
    else { throw cut }
    guard nameLength <= ZipArchive.longestName,
      let name = bytes.text(place + 46, nameLength)
    else { throw wrong("has an entry whose name is too long or not text") }
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    guard !name.isEmpty, !name.hasPrefix("/"), !parts.contains(".."),
      !name.contains(where: { $0 == "\\" || $0 == "\0" })
    else { throw wrong("has an entry named \(name.debugDescription), which leaves the archive") }
    guard flags & 0x2041 == 0 else { throw wrong("the entry '\(name)' is encrypted") }
    guard method == 0 else {
      throw wrong("the entry '\(name)' is compressed; torch stores its entries as they are")
    }
    // Sizes and place move to an extra field, in this order, where 32 bits do not hold them.
    let fields = [place + 24, place + 20, place + 42].map { bytes.number($0, 4) ?? 0 }
    let wide = bytes.wideFields(place + 46 + nameLength, extraLength)
    var next = wide.makeIterator()
    let sizes = try fields.map { field in
      guard field == 0xFFFF_FFFF else { return field }
      guard let value = next.next() else { throw cut }
      return value
    }
    let (size, header) = (sizes[0], sizes[2])
    guard size == sizes[1], bytes.number(header, 4) == 0x0403_4B50,
      let localName = bytes.number(header + 26, 2), let localExtra = bytes.number(header + 28, 2),
      bytes.text(header + 30, localName) == name
    else { throw wrong("the entry '\(name)' is not where the directory says") }
    let start = header + 30 + localName + localExtra
    guard start <= range.lowerBound, size <= range.lowerBound - start else {
      throw wrong("is truncated: the entry '\(name)' lies outside of it")
    }
    let entry = ZipArchive.Entry(
      name: name, header: header, range: start..<start + size,
      checksum: UInt32(truncatingIfNeeded: checksum))
    return (entry, place + 46 + nameLength + extraLength + commentLength)
  }
}

/// Numbers and text at places of a file, nil outside of it.
private struct ZipBytes {
  let data: Data

  init(_ data: Data) { self.data = data }

  private func holds(_ place: Int, _ count: Int) -> Bool {
    place >= 0 && count >= 0 && place <= data.count && count <= data.count - place
  }

  /// The little-endian number of `width` bytes; nil as well where `Int` does not hold it.
  func number(_ place: Int, _ width: Int) -> Int? {
    guard holds(place, width) else { return nil }
    let start = data.startIndex + place
    let value = data[start..<start + width].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return Int(exactly: value)
  }

  func text(_ place: Int, _ count: Int) -> String? {
    guard holds(place, count) else { return nil }
    let start = data.startIndex + place
    return String(validating: data[start..<start + count], as: UTF8.self)
  }

  /// The 64-bit numbers of the extra field 1 among those at a place.
  func wideFields(_ place: Int, _ length: Int) -> [Int] {
    var offset = place
    while offset + 4 <= place + length, let kind = number(offset, 2),
      let size = number(offset + 2, 2)
    {
      let end = min(offset + 4 + size, place + length)
      if kind == 1 {
        return stride(from: offset + 4, through: end - 8, by: 8).map { number($0, 8) ?? .max }
      }
      offset = end
    }
    return []
  }
}
