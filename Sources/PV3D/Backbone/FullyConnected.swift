import Tensors

/// A dense layer with an equalized learning rate.
///
/// Computes `activation(x · Wᵀ · r / √inputs + b · r)`, where `r` is the learning-rate multiplier.
/// - Source: Karras et al. 2018, section 4.1
public struct FullyConnected: Sendable {
  let weight: Tensor
  let bias: Tensor
  let activation: Activation
  let rate: Float

  public init(
    _ scope: Scope, inputs: Int, outputs: Int, activation: Activation = .linear, rate: Float = 1,
    bias initial: Float = 0, deviation: Float = 1
  ) throws {
    weight = try scope.parameter("weight", [outputs, inputs], .normal(deviation / rate))
    bias = try scope.parameter("bias", [outputs], .constant(initial))
    self.activation = activation
    self.rate = rate
  }

  /// The weight as it multiplies: `[outputs, inputs]`.
  func scaledWeight() throws -> Tensor {
    try weight * (rate / Float(weight.shape[1]).squareRoot())
  }

  /// The bias as it is added: `[outputs]`.
  func scaledBias() throws -> Tensor { rate == 1 ? bias : try bias * rate }

  /// - Parameter x: `[..., inputs]`
  /// - Returns: `[..., outputs]`
  public func callAsFunction(_ x: Tensor) throws -> Tensor {
    try activation(x.projected(scaledWeight(), bias: scaledBias()))
  }
}
