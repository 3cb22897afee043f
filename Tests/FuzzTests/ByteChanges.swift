import Foundation

/// The small changes that fuzzers make, one after the other.
struct ByteChanges {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  /// - Source: Steele et al. 2014, SplitMix64
  private mutating func number(below limit: Int) -> Int {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return Int((z ^ (z >> 31)) % UInt64(max(limit, 1)))
  }

  /// Numbers at which sums and products overflow.
  private static let edges: [UInt64] = [
    0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF,
    0x7FFF_FFFF_FFFF_FFFF, 0x8000_0000_0000_0000, .max,
  ]

  /// `data` with one to four changes.
  mutating func changed(_ data: Data) -> Data {
    var bytes = Array(data)
    for _ in 0...number(below: 4) where !bytes.isEmpty {
      let place = number(below: bytes.count)
      switch number(below: 6) {
      case 0: bytes[place] ^= 1 << UInt8(number(below: 8))
      case 1: bytes[place] = UInt8(number(below: 256))
      case 2: bytes.removeSubrange(place...)
      case 3: bytes.removeSubrange(place..<min(bytes.count, place + 1 + number(below: 32)))
      case 4: bytes.insert(contentsOf: bytes[place...].prefix(1 + number(below: 64)), at: place)
      default:
        let edge = Self.edges[number(below: Self.edges.count)]
        let width = 1 << number(below: 4)
        let isBig = number(below: 2) == 0
        for index in 0..<width where place + index < bytes.count {
          let shift = 8 * (isBig ? width - 1 - index : index)
          bytes[place + index] = UInt8(truncatingIfNeeded: edge >> UInt64(shift))
        }
      }
    }
    return Data(bytes)
  }
}
