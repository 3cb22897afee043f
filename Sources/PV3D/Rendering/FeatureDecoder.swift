import Tensors

/// The small network that turns plane features into density and color features.
/// - Source: Chan et al. 2022, section 3; PV3D-SPEC section 9
public struct FeatureDecoder: Sendable {
  let hidden: FullyConnected
  let output: FullyConnected

  public init(_ scope: Scope, _ config: GeneratorConfig) throws {
    hidden = try FullyConnected(
      scope / "net.0", inputs: config.planeFeatures, outputs: config.decoderHidden,
      rate: config.decoderRate)
    output = try FullyConnected(
      scope / "net.2", inputs: config.decoderHidden, outputs: config.planeFeatures + 1,
      rate: config.decoderRate)
  }

  /// - Parameter features: `[batch, points, planeFeatures]`
  /// - Returns: raw density `[batch, points, 1]`, and colors `[batch, points, planeFeatures]` a little
  ///   wider than 0...1
  public func callAsFunction(_ features: Tensor) throws -> (density: Tensor, colors: Tensor) {
    let y = try output(Activation.softplus(hidden(features)))
    let width = y.shape[2]
    return (
      try y.sliced(2, 0..<1), try y.sliced(2, 1..<width).sigmoid() * 1.002 - 0.001
    )
  }
}
