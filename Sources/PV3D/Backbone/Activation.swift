import Tensors

/// A nonlinearity with the gain that keeps unit variance.
/// - Source: Karras et al. 2020, appendix B; PV3D-SPEC section 3, `bias_act`
public enum Activation: String, Sendable, CaseIterable {
  case linear, relu, lrelu, tanh, sigmoid, softplus, swish

  var gain: Float {
    switch self {
    case .relu, .lrelu, .swish: Float(2).squareRoot()
    default: 1
    }
  }

  /// Computes `clamp(act(x + bias) · gain, ±clamp)`.
  /// - Parameters:
  ///   - x: `[batch, channels, ...]`
  ///   - bias: `[channels]`
  ///   - slope: of the leaky rectifier below 0
  ///   - gain: instead of the activation's own
  public func callAsFunction(
    _ x: Tensor, bias: Tensor? = nil, slope: Float = 0.2, gain: Float? = nil, clamp: Float? = nil
  ) throws -> Tensor {
    var y = x
    if let bias {
      y = try y + bias.reshaped([1, bias.count] + Array(repeating: 1, count: max(0, x.rank - 2)))
    }
    switch self {
    case .linear: break
    case .relu: y = try y.relu()
    case .lrelu: y = try y.leakyReLU(slope)
    case .tanh: y = try y.tanh()
    case .sigmoid: y = try y.sigmoid()
    case .softplus: y = try y.softplus()
    case .swish: y = try y * y.sigmoid()
    }
    let gain = gain ?? self.gain
    if gain != 1 { y = try y * gain }
    if let clamp { y = try y.clamped(-clamp, clamp) }
    return y
  }
}
