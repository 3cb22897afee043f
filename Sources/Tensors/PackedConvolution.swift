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

  /// A packed convolution with all that acts on it but the image.
  public struct Layer {
    let convolution: PackedConvolution
    let style, demodulation: Tensor
    let ending: Ending

    /// - Parameters:
    ///   - style: `[batch, inputs]`, factors of the inputs
    ///   - demodulation: `[batch, outputs]`, factors of the outputs
    public init(
      _ convolution: PackedConvolution, style: Tensor, demodulation: Tensor, _ ending: Ending
    ) {
      self.convolution = convolution
      self.style = style
      self.demodulation = demodulation
      self.ending = ending
    }

    var raw: pv_styled {
      pv_styled(
        packed: convolution.packed.raw, style: style.raw, demodulation: demodulation.raw,
        bias: ending.bias.raw, noise: ending.noise?.raw, residual: ending.residual?.raw,
        outputs: Int64(convolution.outputs), up: convolution.up, slope: Double(ending.slope),
        gain: Double(ending.gain), clamp: Double(ending.clamp ?? .infinity))
    }

    /// - Parameter x: `[batch, inputs, height, width]`
    /// - Returns: `[batch, outputs, height, width]`, or twice as large, one pixel after the other
    public func callAsFunction(_ x: Tensor) throws(TensorError) -> Tensor {
      var layer = raw
      let result = withExtendedLifetime(self) { pv_styled_convolve(x.raw, &layer) }
      return try Tensor(result, "packed convolution")
    }
  }

  /// A linear read-out of at most four numbers a pixel: `clamp(weight · y + bias)`.
  public struct ReadOut {
    let weight, bias: Tensor
    let clamp: Float?

    /// How many numbers a pixel may have.
    public static let most = 4

    /// - Parameters:
    ///   - weight: `[numbers, outputs]`
    ///   - bias: `[numbers]`
    public init(weight: Tensor, bias: Tensor, clamp: Float? = nil) {
      (self.weight, self.bias, self.clamp) = (weight, bias, clamp)
    }
  }

  /// A doubling layer, one that keeps the size, and a read-out of their features, in strips that stay in
  /// the cache.
  /// - Parameter keeping: whether the features are wanted; without them no whole image of them is in memory
  /// - Returns: `[batch, outputs, height, width]` and `[batch, numbers, height, width]`
  public static func pair(
    _ x: Tensor, _ first: Layer, _ second: Layer, _ readOut: ReadOut, keeping: Bool
  ) throws(TensorError) -> (features: Tensor?, image: Tensor) {
    var (from, to) = (first.raw, second.raw)
    var read = pv_read_out(
      weight: readOut.weight.raw, bias: readOut.bias.raw,
      clamp: Double(readOut.clamp ?? .infinity))
    var features: OpaquePointer?
    var image: OpaquePointer?
    let status = withExtendedLifetime((first, second, readOut)) {
      keeping
        ? pv_styled_pair(x.raw, &from, &to, &read, &features, &image)
        : pv_styled_pair(x.raw, &from, &to, &read, nil, &image)
    }
    guard status == 0 else { throw .last("packed pair") }
    return (
      keeping ? try Tensor(features, "packed pair") : nil, try Tensor(image, "packed pair")
    )
  }
}

extension Tensor {
  /// Twice the size by the taps 1, 3, 3, 1, plus `other`; without gradients, on the CPU.
  /// - Parameter other: `[batch, channels, 2 · height, 2 · width]`
  public func doubled(plus other: Tensor) throws(TensorError) -> Tensor {
    try Tensor(pv_image_double(raw, other.raw), "doubled")
  }
}
