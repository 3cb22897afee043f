import Tensors

/// What is seen along rays.
public struct RayColors: Sendable {
  /// `[batch, rays, features]`, -1 where nothing is.
  public let features: Tensor
  /// `[batch, rays, 1]`: distance along the ray, within the range of all samples.
  public let depth: Tensor
  /// `[batch, rays, samples - 1, 1]` of the intervals, absent where only sums are kept.
  public let weights: Tensor?
  /// `[batch, rays, 1]`: the sum of weights, 0 for an empty ray and 1 for an opaque one.
  public let opacity: Tensor
}

/// Alpha compositing of samples along rays.
/// - Source: Max 1995; PV3D-SPEC section 10, `March`
public enum RayMarching {
  /// - Parameters:
  ///   - colors: `[batch, rays, samples, features]`
  ///   - densities: `[batch, rays, samples, 1]`, raw
  ///   - depths: `[batch, rays, samples, 1]`, rising
  public static func march(
    colors: Tensor, densities: Tensor, depths: Tensor, whiteBack: Bool = false
  ) throws -> RayColors {
    let samples = depths.shape[2]
    let spacing = try depths.sliced(2, 1..<samples) - depths.sliced(2, 0..<samples - 1)
    let density = try (middle(densities) - 1).softplus()
    let alpha = try 1 - (-(density * spacing)).exponential()
    let passed = try (1 - alpha + 1e-10).cumulativeProduct(2)
    let ones = try Tensor.ones([depths.shape[0], depths.shape[1], 1, 1]).to(depths.device)
    let transmitted = try Tensor.concatenated([ones, passed.sliced(2, 0..<samples - 2)], 2)
    let weights = try alpha * transmitted
    let opacity = try weights.sum(2)
    var features = try (weights * middle(colors)).sum(2)
    let distance = try (weights * middle(depths)).sum(2) / opacity
    let depth = try bounded(
      distance, nearest: depths.minimum().detached(), farthest: depths.maximum().detached())
    if whiteBack { features = try features + 1 - opacity }
    return RayColors(
      features: try features * 2 - 1, depth: depth, weights: weights, opacity: opacity)
  }

  /// The values halfway between neighbors along rays, `[batch, rays, samples - 1, ...]`.
  package static func middle(_ x: Tensor) throws -> Tensor {
    let samples = x.shape[2]
    return try (x.sliced(2, 0..<samples - 1) + x.sliced(2, 1..<samples)) * 0.5
  }

  /// The weights with what is left given to the last interval, so that they sum to 1.
  /// - Parameters:
  ///   - weights: `[batch, rays, intervals, 1]`, as the result
  ///   - opacity: `[batch, rays, 1]`, their sum
  package static func completed(_ weights: Tensor, opacity: Tensor) throws -> Tensor {
    let shape = weights.shape
    let last = shape[2] - 1
    let rest = try (1 - opacity).reshaped(shape[0], shape[1], 1, 1)
    return try .concatenated(
      [weights.sliced(2, 0..<last), weights.sliced(2, last..<last + 1) + rest], 2)
  }

  /// Depths of empty rays become the farthest of all samples.
  static func bounded(_ depth: Tensor, nearest: Tensor, farthest: Tensor) throws -> Tensor {
    try depth.replacing(nan: .infinity, positive: .infinity, negative: -.infinity)
      .clamped(nearest, farthest)
  }
}
