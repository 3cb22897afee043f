import Tensors

/// Turns a discriminator's camera label into the direction along which its logit is taken.
/// - Source: PV3D-SPEC section 13
public struct LabelMapping: Sendable {
  let embed: FullyConnected
  let layers: [FullyConnected]

  /// - Parameters:
  ///   - inputs: length of the label
  ///   - outputs: length of the mapped label, and width of all layers
  ///   - count: of the layers after the embedding
  public init(_ scope: Scope, inputs: Int, outputs: Int, layers count: Int) throws {
    embed = try FullyConnected(scope / "embed", inputs: inputs, outputs: outputs)
    layers = try (0..<count).map {
      try FullyConnected(
        scope / "fc\($0)", inputs: outputs, outputs: outputs, activation: .lrelu, rate: 0.01)
    }
  }

  /// - Parameter label: `[batch, inputs]`
  /// - Returns: `[batch, outputs]`
  public func callAsFunction(_ label: Tensor) throws -> Tensor {
    try layers.reduce(Mapping.normalized(embed(label))) { try $1($0) }
  }
}
