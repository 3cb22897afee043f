import Tensors

/// A 1x1 modulated convolution without demodulation that reads an image out of features.
/// - Source: Karras et al. 2020, figure 7; PV3D-SPEC section 3, `ToRGB`
public struct ToRGB: Sendable {
  let affine: FullyConnected
  let weight: Tensor
  let bias: Tensor
  let clamp: Float?

  public init(
    _ scope: Scope, inputs: Int, outputs: Int, styles: Int, clamp: Float? = nil,
    deviation: Float = 1
  ) throws {
    weight = try scope.parameter("weight", [outputs, inputs, 1, 1], .normal(1))
    bias = try scope.parameter("bias", [outputs], .zeros)
    affine = try FullyConnected(
      scope / "affine", inputs: styles, outputs: inputs, bias: 1,
      deviation: deviation)
    self.clamp = clamp
  }

  /// - Parameters:
  ///   - x: `[batch, inputs, height, width]`
  ///   - w: `[batch, styles]`
  /// - Returns: `[batch, outputs, height, width]`
  public func callAsFunction(_ x: Tensor, _ w: Tensor) throws -> Tensor {
    let (batch, inputs, outputs) = (x.shape[0], x.shape[1], weight.shape[0])
    let style = try affine(w) / Float(inputs).squareRoot()
    let y =
      x.device == .cpu && outputs <= 4
      ? try x.readOut(
        weight.reshaped(1, outputs, inputs) * style.reshaped(batch, 1, inputs))
      : try x.styled(style).convolved(weight)
    return try Activation.linear(y, bias: bias, clamp: clamp)
  }
}
