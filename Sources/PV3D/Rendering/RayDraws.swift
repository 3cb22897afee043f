import Tensors

/// The random numbers that move samples along rays, the same on all devices.
///
/// Number i follows from the seed and i alone, as in the fused renderer, which draws them one by one.
enum RayDraws {
  /// Uniform numbers `[batch, rays, samples, 1]` that move coarse samples.
  /// - Parameter skipped: frames of the batch before the first of these
  static func jitter(
    seed: UInt64, batch: Int, rays: Int, samples: Int, skipped: Int = 0
  ) throws -> Tensor {
    try uniform(
      seed: seed ^ 0x5851_F42D_4C95_7F2D, [batch, rays, samples, 1],
      skipped: skipped * rays * samples)
  }

  /// Uniform numbers `[batch · rays, samples]` that place fine samples.
  /// - Parameter skipped: rays of the batch before the first of these
  static func placement(
    seed: UInt64, rays: Int, samples: Int, skipped: Int = 0
  ) throws -> Tensor {
    try uniform(seed: seed, [rays, samples], skipped: skipped * samples)
  }

  private static func uniform(seed: UInt64, _ shape: [Int], skipped: Int) throws -> Tensor {
    var random = RandomSource(seed: seed)
    random.skip(skipped)
    let values = (0..<shape.reduce(1, *)).map { _ in Float(random.next() >> 40) * 0x1p-24 }
    return try Tensor(values, shape)
  }
}
