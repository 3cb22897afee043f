import Tensors

/// A styled convolution whose weights wait in the fast kernel's layout.
///
/// Where the kernel cannot take a layer, or would need more memory than it saves time, the layer itself runs.
struct PreparedConvolution: Sendable {
  /// What a code makes of a layer: factors of the inputs and of the outputs.
  struct Style: Sendable {
    /// Shape `[1, styles]`, for the layer itself.
    let code: Tensor
    /// Shape `[1, inputs]` and `[1, outputs]`.
    let factors, demodulation: Tensor
  }

  let layer: StyledConvolution
  private let packed: PackedConvolution?
  /// `[outputs, inputs]`: sums of the squared taps.
  private let energy: Tensor
  private let noise: Tensor?

  /// - Parameter noisy: whether the layer adds its constant noise
  init(_ layer: StyledConvolution, noisy: Bool) throws {
    self.layer = layer
    energy = try layer.weight.squared().sum(2, 3)
    noise =
      try noisy && layer.noiseStrength.item() != 0 ? layer.noiseImage * layer.noiseStrength : nil
    packed =
      Self.pays(layer)
      ? try PackedConvolution(layer.weight, filter: layer.up == 2 ? layer.filter : nil) : nil
  }

  /// Packed weights are four times as large, 16 times for a doubling: with 512 channels and few pixels, reading
  /// them takes longer than the products they save.
  private static func pays(_ layer: StyledConvolution) -> Bool {
    let (outputs, inputs) = (layer.weight.shape[0], layer.weight.shape[1])
    let (unit, side) = (PackedConvolution.channels, layer.noiseImage.shape[0])
    guard layer.weight.device == .cpu, outputs % unit == 0, inputs % unit == 0 else {
      return false
    }
    let products = outputs * inputs
    return products <= 128 * 256 || (layer.up == 2 ? side >= 128 : side >= 32)
  }

  /// - Parameter w: `[1, styles]`
  func style(_ w: Tensor) throws -> Style {
    let factors = try layer.affine(w)
    let demodulation = try (factors.squared().projected(energy) + 1e-8).reciprocalSquareRoot()
    return Style(code: w, factors: factors, demodulation: demodulation)
  }

  /// The layer with a style as the fast kernel takes it; nil where the kernel does not.
  func packed(_ style: Style, residual: Tensor? = nil) -> PackedConvolution.Layer? {
    guard let packed else { return nil }
    var ending = PackedConvolution.Ending(bias: layer.bias)
    ending.gain = Float(2).squareRoot()
    ending.clamp = layer.clamp
    ending.noise = noise
    ending.residual = residual
    return PackedConvolution.Layer(
      packed, style: style.factors, demodulation: style.demodulation, ending)
  }

  /// - Parameters:
  ///   - x: `[1, inputs, height, width]`
  ///   - residual: added to the result
  func callAsFunction(_ x: Tensor, _ style: Style, residual: Tensor? = nil) throws -> Tensor {
    if let packed = packed(style, residual: residual) { return try packed(x) }
    let y = try layer(x, style.code, noise: noise == nil ? .none : .constant)
    guard let residual else { return y }
    return try y + residual
  }
}

extension ToRGB {
  /// The weight with the style of `w` in it, `[outputs, inputs, 1, 1]`.
  /// - Parameter w: `[1, styles]`
  func styledWeight(_ w: Tensor) throws -> Tensor {
    let inputs = weight.shape[1]
    let style = try affine(w) / Float(inputs).squareRoot()
    return try weight * style.reshaped(1, inputs, 1, 1)
  }

  /// Reads an image out with a weight that holds the style already.
  func read(_ x: Tensor, styled weight: Tensor) throws -> Tensor {
    let y = try x.convolved(weight, bias: bias)
    guard let clamp else { return y }
    return try y.clamped(-clamp, clamp)
  }
}
