import Tensors

/// Learned offsets of the planes, each driven by one entry of the motion code.
///
/// An addition of the compact configurations, off for official checkpoints: `Σ_k a_k(u) · O_k`, where
/// `a_k(u) = u_k` for bipolar entries and `max(u_k, 0)` for the others, so that `t = 0` adds nothing.
public struct MotionOffsets: Sendable {
  let basis: PlaneBasis
  let flow: MotionFlow?
  let bipolar: Tensor

  public init(_ scope: Scope, _ config: GeneratorConfig) throws {
    basis = try PlaneBasis(
      scope, "motion_offsets", count: config.motionOffsets, features: config.planeFeatures,
      resolution: config.motionOffsetResolution, side: config.planeResolution)
    flow = config.motionFlowResolution > 0 ? try MotionFlow(scope, config) : nil
    bipolar = try Tensor(
      (0..<config.motionOffsets).map { config.bipolarOffsets.contains($0) ? 1 : 0 })
  }

  /// How much each entry of the motion code acts, `[batch, motionOffsets]`.
  /// - Parameter motion: `[batch, motionDimension]`
  func amounts(_ motion: Tensor) throws -> Tensor {
    let raw = try motion.sliced(1, 0..<bipolar.count)
    let sides = try bipolar.to(motion.device)
    return try raw * sides + raw.relu() * (1 - sides)
  }

  /// Planes as the motion moves them: by the flow, if there is one, then by the offsets.
  /// - Parameters:
  ///   - planes: `[batch, 3 · planeFeatures, planeResolution, planeResolution]`
  ///   - motion: `[batch, motionDimension]`
  /// - Returns: as `planes`
  public func callAsFunction(_ planes: Tensor, _ motion: Tensor) throws -> Tensor {
    let amounts = try amounts(motion)
    let moved = try flow.map { try $0(planes, amounts: amounts) } ?? planes
    return try moved + basis.mixed(amounts)
  }
}
