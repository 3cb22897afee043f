internal import TorchShim

/// Seeded draws; nothing draws from libtorch's global generator.
///
/// Each draw uses a generator of its own, seeded by the source's seed and the number of the draw, so
/// that a source is a small value which can be stored and resumed.
public struct RandomSource: Sendable, Codable, RandomNumberGenerator {
  /// What the draws follow from.
  public let seed: UInt64
  private var draws: UInt64 = 0

  public init(seed: UInt64) { self.seed = seed }

  /// A source whose draws are independent of this one's, for a part called `name`.
  public func derived(_ name: String) -> RandomSource {
    let hash = name.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    return RandomSource(seed: Self.mixed(seed ^ hash))
  }

  /// The next 64 bits.
  public mutating func next() -> UInt64 {
    draws += 1
    return Self.mixed(seed &+ draws &* 0x9E37_79B9_7F4A_7C15)
  }

  /// Leaves out the next `count` draws.
  public mutating func skip(_ count: Int) { draws += UInt64(count) }

  /// Standard normal values.
  public mutating func normal(_ shape: [Int]) throws(TensorError) -> Tensor {
    try Tensor(pv_tensor_normal(shape.wide, shape.rank, next()), "normal")
  }

  /// Values uniform in [0, 1).
  public mutating func uniform(_ shape: [Int]) throws(TensorError) -> Tensor {
    try Tensor(pv_tensor_uniform(shape.wide, shape.rank, next()), "uniform")
  }

  /// SplitMix64's finalizer.
  private static func mixed(_ value: UInt64) -> UInt64 {
    var x = value
    x = (x ^ x >> 30) &* 0xBF58_476D_1CE4_E5B9
    x = (x ^ x >> 27) &* 0x94D0_49BB_1331_11EB
    return x ^ x >> 31
  }
}
