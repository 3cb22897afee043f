import Tensors

/// A convolution with an equalized learning rate that may double or halve the size.
///
/// Computes `clamp(activation(conv(x, W / √(inputs · k²)) + b) · a · g, ±clamp · g)`, where `a` is
/// the activation's own gain.
/// - Source: Karras et al. 2020; PV3D-SPEC section 3, `Conv2dLayer`
public struct Convolution: Sendable {
  let weight: Tensor
  let bias: Tensor?
  let filter: Tensor
  let up: Int
  let down: Int
  let activation: Activation
  let gain: Float
  let clamp: Float?
  let precision: Precision

  /// - Parameters:
  ///   - size: k of the kernel, 1 or 3
  ///   - gain: g
  ///   - clamp: of the output at gain 1
  public init(
    _ scope: Scope, inputs: Int, outputs: Int, size: Int, up: Int = 1, down: Int = 1,
    activation: Activation = .lrelu, biased: Bool = true, gain: Float = 1, clamp: Float? = nil,
    precision: Precision = .full
  ) throws {
    weight = try scope.parameter("weight", [outputs, inputs, size, size], .normal(1))
    bias = biased ? try scope.parameter("bias", [outputs], .zeros) : nil
    filter = try scope.buffer("resample_filter", [4, 4], .values(Resampling.filter().floats()))
    (self.up, self.down) = (up, down)
    self.precision = precision
    self.activation = activation
    self.gain = activation.gain * gain
    self.clamp = clamp.map { $0 * gain }
  }

  /// - Parameter x: `[batch, inputs, height, width]`
  /// - Returns: `[batch, outputs, height · up / down, width · up / down]`
  public func callAsFunction(_ x: Tensor) throws -> Tensor {
    let shape = weight.shape
    let scaled = try weight / Float(shape[1] * shape[2] * shape[3]).squareRoot()
    let y = try Resampling.convolved(
      x, scaled, filter: filter, up: up, down: down, correlated: up == 1,
      precision: precision)
    return try activation(y, bias: bias, gain: gain, clamp: clamp)
  }
}
