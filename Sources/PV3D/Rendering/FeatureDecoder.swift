import Tensors

/// The small network that turns plane features into density and color features.
/// - Source: Chan et al. 2022, section 3; PV3D-SPEC section 9
public struct FeatureDecoder: Sendable {
  let hidden: FullyConnected
  let output: FullyConnected
  let densityGain: Float

  public init(_ scope: Scope, _ config: GeneratorConfig) throws {
    hidden = try FullyConnected(
      scope / "net.0", inputs: config.planeFeatures, outputs: config.decoderHidden,
      rate: config.decoderRate)
    output = try FullyConnected(
      scope / "net.2", inputs: config.decoderHidden, outputs: config.planeFeatures + 1,
      rate: config.decoderRate)
    densityGain = config.densityGain
  }

  /// The last layer as it multiplies and adds: `[1 + colors, hidden]` and `[1 + colors]`.
  func scaledOutput() throws -> (weight: Tensor, bias: Tensor) {
    let (weight, bias) = (try output.scaledWeight(), try output.scaledBias())
    guard densityGain != 1 else { return (weight, bias) }
    let ones = [Float](repeating: 1, count: bias.count - 1)
    let gains = try Tensor([densityGain] + ones).to(bias.device)
    return (try weight * gains.reshaped(-1, 1), try bias * gains)
  }

  /// - Parameter features: `[batch, points, planeFeatures]`
  /// - Returns: raw density `[batch, points, 1]`, and colors `[batch, points, planeFeatures]` a little
  ///   wider than 0...1
  public func callAsFunction(_ features: Tensor) throws -> (density: Tensor, colors: Tensor) {
    let last = try scaledOutput()
    let y = try Activation.softplus(hidden(features)).projected(last.weight, bias: last.bias)
    let width = y.shape[2]
    return (
      try y.sliced(2, 0..<1), try y.sliced(2, 1..<width).sigmoid() * 1.002 - 0.001
    )
  }
}
