import Tensors

/// The end of a discriminator: features and a mapped label in, one logit out.
///
/// `logit = Σ out · cmap / √length`, the projection of what is seen onto what the label says.
/// - Source: Miyato & Koyama 2018; PV3D-SPEC section 13
public struct DiscriminatorEpilogue: Sendable {
  let convolution: Convolution
  let hidden: FullyConnected
  let output: FullyConnected
  let groupSize: Int

  /// - Parameters:
  ///   - channels: of the features
  ///   - label: length of the mapped label
  ///   - resolution: of the features
  ///   - groupSize: of `MinibatchStdDev`
  public init(
    _ scope: Scope, channels: Int, label: Int, resolution: Int = 4, groupSize: Int,
    clamp: Float? = nil
  ) throws {
    convolution = try Convolution(
      scope / "conv", inputs: channels + 1, outputs: channels, size: 3, clamp: clamp)
    hidden = try FullyConnected(
      scope / "fc", inputs: channels * resolution * resolution, outputs: channels,
      activation: .lrelu)
    output = try FullyConnected(scope / "out", inputs: channels, outputs: label)
    self.groupSize = groupSize
  }

  /// What is seen, before the label is asked: `[batch, label]`.
  package func seen(_ x: Tensor) throws -> Tensor {
    let y = try convolution(MinibatchStdDev.appended(to: x, size: groupSize))
    return try output(hidden(y.reshaped(x.shape[0], -1)))
  }

  /// - Parameters:
  ///   - x: `[batch, channels, resolution, resolution]`
  ///   - label: the mapped label `[batch, label]`
  /// - Returns: `[batch, 1]`
  public func callAsFunction(_ x: Tensor, label: Tensor) throws -> Tensor {
    try (seen(x) * label).sum(1, keeping: true) / Float(label.shape[1]).squareRoot()
  }
}
