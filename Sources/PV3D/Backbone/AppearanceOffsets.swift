import Tensors

/// A learned basis of plane offsets, mixed by the styles.
///
/// An addition of the compact configurations, off for official checkpoints: `Σ_k a_k(w) · B_k / √K` with
/// `a` linear in the mean of the styles. A few hundred supervised steps that hardly move the convolutions
/// teach it how people differ.
public struct AppearanceOffsets: Sendable {
  let basis: Tensor
  let amounts: FullyConnected
  let config: GeneratorConfig

  public init(_ scope: Scope, _ config: GeneratorConfig) throws {
    self.config = config
    let side = config.appearanceOffsetResolution
    basis = try scope.parameter(
      "appearance_offsets", [config.appearanceOffsets, 3 * config.planeFeatures, side, side],
      .zeros)
    amounts = try FullyConnected(
      scope / "appearance_amounts", inputs: config.wDimension, outputs: config.appearanceOffsets)
  }

  /// - Parameter ws: `[batch, styleCount, wDimension]`
  /// - Returns: `[batch, 3 · planeFeatures, planeResolution, planeResolution]`
  public func callAsFunction(_ ws: Tensor) throws -> Tensor {
    let count = config.appearanceOffsets
    let side = config.appearanceOffsetResolution
    let mix = try amounts(ws.mean(1)) * (1 / Float(count).squareRoot())
    return try mix.multiplied(by: basis.reshaped(count, -1))
      .reshaped(ws.shape[0], 3 * config.planeFeatures, side, side)
      .resized(height: config.planeResolution, width: config.planeResolution, antialiased: false)
  }
}
