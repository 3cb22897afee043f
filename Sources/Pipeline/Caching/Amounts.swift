import Foundation

/// A number of seconds that people read and write: `40 s`, `3 min`, `2 h`, `7d`.
public struct Age: Hashable, Sendable, CustomStringConvertible {
  public let seconds: Double

  public init(_ seconds: Double) { self.seconds = seconds }

  private static let units: [(name: String, seconds: Double)] = [
    ("d", 86400), ("h", 3600), ("min", 60), ("s", 1),
  ]

  /// Reads `90s`, `30min`, `12h`, `7d` or `2w`.
  public init?(text: String) {
    guard let match = text.wholeMatch(of: /([0-9]+) ?(s|min|h|d|w)/), let count = Double(match.1)
    else { return nil }
    let unit = match.2 == "w" ? 7 * 86400 : Self.units.first { $0.name == match.2 }?.seconds
    guard let unit else { return nil }
    seconds = count * unit
  }

  /// In the largest unit of which there are two, rounded down.
  public var description: String {
    let unit = Self.units.first { seconds >= 2 * $0.seconds } ?? ("s", 1)
    return "\(Int(min(max(0, seconds / unit.seconds), 1e12))) \(unit.name)"
  }
}

/// A number of bytes that people read and write: `12 MB`, `5GB`.
public struct ByteCount: Hashable, Sendable, CustomStringConvertible {
  public let bytes: Int

  public init(_ bytes: Int) { self.bytes = bytes }

  private static let units: [(name: String, bytes: Double)] = [
    ("TB", 1e12), ("GB", 1e9), ("MB", 1e6), ("kB", 1e3), ("B", 1),
  ]

  /// Reads `500B`, `20kB`, `12MB`, `2.5GB` or `1TB`, which count by thousands.
  public init?(text: String) {
    guard let match = text.wholeMatch(of: /([0-9]+(?:\.[0-9]+)?) ?([kKMGT]?B)/),
      let count = Double(match.1),
      let unit = Self.units.first(where: { $0.name.uppercased() == match.2.uppercased() })
    else { return nil }
    guard count * unit.bytes < 1e18 else { return nil }
    bytes = Int(count * unit.bytes)
  }

  /// With two digits or more.
  public var description: String {
    let unit = Self.units.first { Double(bytes) >= $0.bytes } ?? ("B", 1)
    let count = Double(bytes) / unit.bytes
    let places = count < 9.95 && unit.bytes > 1 ? 1 : 0
    return String(format: "%.\(places)f", count) + " \(unit.name)"
  }
}
