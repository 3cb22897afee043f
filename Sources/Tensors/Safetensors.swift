import Foundation

/// A safetensors file: an 8-byte length, a JSON header, then the bytes of every tensor.
///
/// Reading maps the file; no tensor is copied before it is asked for.
/// - Source: the safetensors format description, version 0.4
public struct Safetensors: Sendable {
  /// Where one tensor lies in the file and what it is.
  public struct Entry: Sendable {
    /// The element type by its name in the format: `F32`, `F16`, `I32`, `I16`, `U8`...
    public let type: String
    public let shape: [Int]
    let range: Range<Int>

    public var count: Int { shape.reduce(1, *) }
  }

  public let path: String
  public let entries: [String: Entry]
  public let metadata: [String: String]
  private let data: Data

  /// Bytes of one element of every type that can be read.
  static let sizes = [
    "F64": 8, "F32": 4, "F16": 2, "BF16": 2, "I64": 8, "I32": 4, "I16": 2, "I8": 1, "U8": 1,
    "BOOL": 1,
  ]

  /// Maps the file at `path` and checks its header.
  public init(path: String) throws {
    guard let data = try? Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped)
    else { throw SafetensorsError(path: path, reason: "cannot be read") }
    try self.init(data: data, path: path)
  }

  /// Checks the header of `data`; `path` only names it in errors.
  public init(data: Data, path: String) throws {
    func wrong(_ reason: String) -> SafetensorsError {
      SafetensorsError(path: path, reason: reason)
    }
    guard data.count >= 8 else { throw wrong("is too short to be a safetensors file") }
    let length = data.prefix(8).enumerated().reduce(UInt64(0)) { $0 | UInt64($1.1) << (8 * $1.0) }
    guard length <= 100_000_000, Int(length) <= data.count - 8 else {
      throw wrong("is not a safetensors file, or is truncated in its header")
    }
    let start = 8 + Int(length)
    let header = data.subdata(in: data.startIndex + 8..<data.startIndex + start)
    guard let json = try? JSONSerialization.jsonObject(with: header) as? [String: Any] else {
      throw wrong("has a header that is not a JSON object")
    }
    var entries: [String: Entry] = [:]
    for (name, value) in json where name != "__metadata__" {
      guard let fields = value as? [String: Any], let type = fields["dtype"] as? String,
        let shape = fields["shape"] as? [Int], let offsets = fields["data_offsets"] as? [Int],
        offsets.count == 2
      else { throw wrong("describes '\(name)' without dtype, shape and data_offsets") }
      guard let size = Self.sizes[type] else { throw wrong("'\(name)' has unknown type \(type)") }
      var count = 1
      for dimension in shape {
        let (product, overflow) = count.multipliedReportingOverflow(by: dimension)
        guard dimension >= 0, !overflow, product <= data.count else {
          throw wrong("'\(name)' has shape \(shape), larger than the file")
        }
        count = product
      }
      guard offsets[0] >= 0, offsets[0] <= offsets[1], offsets[1] <= data.count - start,
        offsets[1] - offsets[0] == count * size
      else { throw wrong("is truncated, or '\(name)' lies outside of it") }
      entries[name] = Entry(
        type: type, shape: shape, range: start + offsets[0]..<start + offsets[1])
    }
    // Else a small file would hold any number of large tensors.
    var end = start
    let filled = entries.filter { !$0.value.range.isEmpty }
    for (name, entry) in filled.sorted(by: {
      $0.value.range.lowerBound < $1.value.range.lowerBound
    }) {
      guard entry.range.lowerBound >= end else { throw wrong("'\(name)' overlaps another tensor") }
      end = entry.range.upperBound
    }
    self.path = path
    self.data = data
    self.entries = entries
    metadata = json["__metadata__"] as? [String: String] ?? [:]
  }

  /// The entry called `name`.
  public func entry(_ name: String) throws -> Entry {
    guard let entry = entries[name] else {
      throw SafetensorsError(path: path, reason: "has no tensor '\(name)'")
    }
    return entry
  }

  /// The values of a tensor converted to `Float`, row-major.
  public func floats(_ name: String) throws -> [Float] {
    let entry = try entry(name)
    return switch entry.type {
    case "F32": values(entry, as: Float.self)
    case "F16": values(entry, as: UInt16.self).map { Float(Float16(bitPattern: $0)) }
    case "BF16":
      values(entry, as: UInt16.self).map { Float(bitPattern: UInt32($0) << 16) }
    case "F64": values(entry, as: Double.self).map { Float($0) }
    default: try integers(name).map { Float($0) }
    }
  }

  /// The values of an integer tensor, row-major.
  public func integers(_ name: String) throws -> [Int] {
    let entry = try entry(name)
    switch entry.type {
    case "I64": return values(entry, as: Int64.self).map { Int($0) }
    case "I32": return values(entry, as: Int32.self).map { Int($0) }
    case "I16": return values(entry, as: Int16.self).map { Int($0) }
    case "I8": return values(entry, as: Int8.self).map { Int($0) }
    case "U8", "BOOL": return values(entry, as: UInt8.self).map { Int($0) }
    default:
      throw SafetensorsError(path: path, reason: "'\(name)' holds \(entry.type), not integers")
    }
  }

  private func values<Element: BitwiseCopyable>(_ entry: Entry, as: Element.Type) -> [Element] {
    [Element](unsafeUninitializedCapacity: entry.count) { buffer, count in
      count = entry.count
      let raw = UnsafeMutableRawBufferPointer(buffer)
      data.copyBytes(
        to: raw,
        from: data.startIndex + entry.range.lowerBound..<data.startIndex + entry.range.upperBound)
    }
  }
}

/// What is wrong with a safetensors file.
public struct SafetensorsError: Error, CustomStringConvertible, Equatable {
  public let path: String
  public let reason: String

  public init(path: String, reason: String) {
    self.path = path
    self.reason = reason
  }

  public var description: String { "\(path): \(reason)" }
}
