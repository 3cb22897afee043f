import Tensors

/// A convolution whose weight is scaled per sample by a style, and normalized again.
///
/// `w' = W · s` over the inputs, demodulated by `d = 1 / √(Σ w'² + 1e-8)` per output. The styles are put
/// on the features instead of the weight, which is the same up to rounding and shares one weight
/// among the samples of a batch.
/// - Source: Karras et al. 2020, section 2.2; PV3D-SPEC section 3, `modulated conv`
public enum ModulatedConvolution {
  /// - Parameters:
  ///   - x: `[batch, inputs, height, width]`
  ///   - weight: `[outputs, inputs, k, k]`
  ///   - style: `[batch, inputs]`
  ///   - noise: `[height, width]` or `[batch, 1, height, width]` of the output, added to it
  ///   - filter: of the resampling, when `up` is 2
  /// - Returns: `[batch, outputs, height · up, width · up]`
  public static func apply(
    _ x: Tensor, weight: Tensor, style: Tensor, noise: Tensor? = nil, filter: Tensor, up: Int = 1,
    down: Int = 1, padding: Int? = nil, demodulating: Bool = true, correlated: Bool = true,
    precision: Precision = .full
  ) throws -> Tensor {
    var y = try Resampling.convolved(
      x.styled(style), weight, filter: filter, up: up, down: down,
      padding: padding, correlated: correlated, precision: precision)
    if demodulating {
      y = try y * demodulation(weight, style).reshaped(style.shape[0], -1, 1, 1)
    }
    if let noise { y = try y + noise }
    return y
  }

  /// What normalizes each output, `[batch, outputs]`.
  static func demodulation(_ weight: Tensor, _ style: Tensor) throws -> Tensor {
    let energy = try style.squared().projected(weight.squared().sum(2, 3))
    return try (energy + 1e-8).reciprocalSquareRoot()
  }
}
