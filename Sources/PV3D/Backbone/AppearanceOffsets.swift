import Tensors

/// A learned basis of plane offsets, mixed by the styles.
///
/// An addition of the compact configurations, off for official checkpoints: `Σ_k a_k(w) · B_k / √K` with
/// `a` linear in the mean of the styles.
public struct AppearanceOffsets: Sendable {
  let basis: PlaneBasis
  let amounts: FullyConnected

  public init(_ scope: Scope, _ config: GeneratorConfig) throws {
    basis = try PlaneBasis(
      scope, "appearance_offsets", count: config.appearanceOffsets, features: config.planeFeatures,
      resolution: config.appearanceOffsetResolution, side: config.planeResolution)
    amounts = try FullyConnected(
      scope / "appearance_amounts", inputs: config.wDimension, outputs: config.appearanceOffsets)
  }

  /// - Parameter ws: `[batch, styleCount, wDimension]`
  /// - Returns: `[batch, 3 · planeFeatures, planeResolution, planeResolution]`
  public func callAsFunction(_ ws: Tensor) throws -> Tensor {
    let mix = try amounts(ws.mean(1))
    return try basis.mixed(mix * (1 / Float(mix.shape[1]).squareRoot()))
  }
}
