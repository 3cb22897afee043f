internal import TorchShim

/// The weights of a 3x3 convolution laid out for fast drawing on the CPU, without gradients.
///
/// Tiles of 4 x 4 pixels are made of 36 products each instead of 144. A convolution that doubles the
/// size has its filter folded into the weights of four phases.
/// - Source: Lavin and Gray 2016, "Fast Algorithms for Convolutional Neural Networks"
public struct PackedConvolution: Sendable {
  let packed: Tensor
  let outputs: Int
  let up: Bool

  /// Channel counts must be multiples of this.
  public static let channels = 16

  /// - Parameters:
  ///   - weight: `[outputs, inputs, 3, 3]` on the CPU
  ///   - filter: `[4, 4]` with a sum of 1, which follows a doubling; nil for one that keeps the size
  public init(_ weight: Tensor, filter: Tensor? = nil) throws(TensorError) {
    packed = try Tensor(pv_styled_pack(weight.raw, filter?.raw), "packed convolution")
    outputs = weight.shape[0]
    up = filter != nil
  }

  /// What follows the convolution: `clamp(lrelu(y · demodulation + noise + bias) · gain) + residual`.
  public struct Ending {
    public var bias: Tensor
    public var slope: Float = 0.2
    public var gain: Float = 1
    public var clamp: Float?
    /// `[height, width]` of the output.
    public var noise: Tensor?
    /// As the output; added last.
    public var residual: Tensor?

    public init(bias: Tensor) { self.bias = bias }
  }

  /// - Parameters:
  ///   - x: `[batch, inputs, height, width]`
  ///   - style: `[batch, inputs]`, factors of the inputs
  ///   - demodulation: `[batch, outputs]`, factors of the outputs
  /// - Returns: `[batch, outputs, height, width]`, or twice as large, one pixel after the other
  public func callAsFunction(
    _ x: Tensor, style: Tensor, demodulation: Tensor, _ ending: Ending
  ) throws(TensorError) -> Tensor {
    var layer = pv_styled(
      packed: packed.raw, style: style.raw, demodulation: demodulation.raw, bias: ending.bias.raw,
      noise: ending.noise?.raw, residual: ending.residual?.raw, outputs: Int64(outputs), up: up,
      slope: Double(ending.slope), gain: Double(ending.gain),
      clamp: Double(ending.clamp ?? .infinity))
    let result = withExtendedLifetime((ending, style, demodulation)) {
      pv_styled_convolve(x.raw, &layer)
    }
    return try Tensor(result, "packed convolution")
  }
}

extension Tensor {
  /// Twice the size by the taps 1, 3, 3, 1, plus `other`; without gradients, on the CPU.
  /// - Parameter other: `[batch, channels, 2 · height, 2 · width]`
  public func doubled(plus other: Tensor) throws(TensorError) -> Tensor {
    try Tensor(pv_image_double(raw, other.raw), "doubled")
  }
}
