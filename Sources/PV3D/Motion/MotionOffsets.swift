import Tensors

/// Learned offsets of the planes, each driven by one entry of the motion code.
///
/// An addition of the compact configurations, off for official checkpoints: `Σ_k a_k(u) · O_k`, where
/// `a_k(u) = u_k` for bipolar entries and `max(u_k, 0)` for the others, so that `t = 0` adds nothing.
public struct MotionOffsets: Sendable {
  let basis: PlaneBasis
  let bipolar: Tensor

  public init(_ scope: Scope, _ config: GeneratorConfig) throws {
    basis = try PlaneBasis(
      scope, "motion_offsets", count: config.motionOffsets, features: config.planeFeatures,
      resolution: config.motionOffsetResolution, side: config.planeResolution)
    bipolar = try Tensor(
      (0..<config.motionOffsets).map { config.bipolarOffsets.contains($0) ? 1 : 0 })
  }

  /// - Parameter motion: `[batch, motionDimension]`
  /// - Returns: `[batch, 3 · planeFeatures, planeResolution, planeResolution]`
  public func callAsFunction(_ motion: Tensor) throws -> Tensor {
    let raw = try motion.sliced(1, 0..<bipolar.count)
    let sides = try bipolar.to(motion.device)
    return try basis.mixed(raw * sides + raw.relu() * (1 - sides))
  }
}
