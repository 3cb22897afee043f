import Tensors

/// Learned offsets of the planes, each driven by one entry of the motion code.
///
/// An addition of the compact configurations, off for official checkpoints: `Σ_k a_k(u) · O_k`, where
/// `a_k(u) = u_k` for bipolar entries and `max(u_k, 0)` for the others, so that `t = 0` adds nothing.
public struct MotionOffsets: Sendable {
  let offsets: Tensor
  let bipolar: Tensor
  let config: GeneratorConfig

  public init(_ scope: Scope, _ config: GeneratorConfig) throws {
    self.config = config
    let side = config.motionOffsetResolution
    offsets = try scope.parameter(
      "motion_offsets", [config.motionOffsets, 3 * config.planeFeatures, side, side], .zeros)
    bipolar = try Tensor(
      (0..<config.motionOffsets).map { config.bipolarOffsets.contains($0) ? 1 : 0 })
  }

  /// - Parameter motion: `[batch, motionDimension]`
  /// - Returns: `[batch, 3 · planeFeatures, planeResolution, planeResolution]`
  public func callAsFunction(_ motion: Tensor) throws -> Tensor {
    let count = config.motionOffsets
    let raw = try motion.sliced(1, 0..<count)
    let sides = try bipolar.to(motion.device)
    let amounts = try raw * sides + raw.relu() * (1 - sides)
    let side = config.motionOffsetResolution
    let sum = try amounts.multiplied(by: offsets.reshaped(count, -1))
      .reshaped(motion.shape[0], 3 * config.planeFeatures, side, side)
    guard side != config.planeResolution else { return sum }
    return try sum.resized(
      height: config.planeResolution, width: config.planeResolution, antialiased: false)
  }
}
