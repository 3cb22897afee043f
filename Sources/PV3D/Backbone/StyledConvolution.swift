import Tensors

/// A 3x3 modulated convolution with its style, noise, bias and leaky rectifier.
/// - Source: Karras et al. 2020, figure 2; PV3D-SPEC section 3, `SynthesisLayer`
public struct StyledConvolution: Sendable {
  let affine: FullyConnected
  let weight: Tensor
  let bias: Tensor
  let noiseStrength: Tensor
  let noiseImage: Tensor
  let filter: Tensor
  let up: Int
  let clamp: Float?
  let name: String
  let precision: Precision

  /// - Parameters:
  ///   - styles: the width of the code that the style is made from
  ///   - resolution: of the output
  ///   - deviation: of new style weights, how much a style acts at first
  ///   - name: by which random noise is asked for
  public init(
    _ scope: Scope, inputs: Int, outputs: Int, styles: Int, resolution: Int, up: Int = 1,
    clamp: Float? = nil, deviation: Float = 1, name: String = "", precision: Precision = .full
  ) throws {
    weight = try scope.parameter("weight", [outputs, inputs, 3, 3], .normal(1))
    noiseStrength = try scope.parameter("noise_strength", [], .zeros)
    bias = try scope.parameter("bias", [outputs], .zeros)
    filter = try scope.buffer("resample_filter", [4, 4], .values(Resampling.filter().floats()))
    noiseImage = try scope.buffer("noise_const", [resolution, resolution], .normal(1))
    affine = try FullyConnected(
      scope / "affine", inputs: styles, outputs: inputs, bias: 1,
      deviation: deviation)
    self.up = up
    self.clamp = clamp
    self.name = name
    self.precision = precision
  }

  /// - Parameters:
  ///   - x: `[batch, inputs, height, width]`
  ///   - w: `[batch, styles]`
  /// - Returns: `[batch, outputs, height · up, width · up]`
  public func callAsFunction(
    _ x: Tensor, _ w: Tensor, noise: Noise = .constant, gain: Float = 1
  ) throws -> Tensor {
    let added: Tensor? =
      switch noise {
      case .none: nil
      case .constant: try noiseImage * noiseStrength
      case .random(let draw):
        try draw(name, [x.shape[0], 1, x.shape[2] * up, x.shape[3] * up]) * noiseStrength
      }
    let style = try affine(w)
    let (gain, clamp) = (Float(2).squareRoot() * gain, clamp.map { $0 * gain })
    guard x.device == .cpu, added?.rank ?? 2 == 2 else {
      let y = try ModulatedConvolution.apply(
        x, weight: weight, style: style, noise: added, filter: filter, up: up,
        correlated: up == 1, precision: precision)
      return try Activation.lrelu(y, bias: bias, gain: gain, clamp: clamp)
    }
    return try ModulatedConvolution.apply(
      x, weight: weight, style: style, filter: filter, up: up, demodulating: false,
      correlated: up == 1, precision: precision
    ).finished(
      factors: ModulatedConvolution.demodulation(weight, style), noise: added, bias: bias,
      gain: gain, clamp: clamp)
  }
}
