import Tensors

/// The Adam optimizer over named tensors.
/// - Source: Kingma & Ba 2015, algorithm 1; PV3D-SPEC section 2
public struct Adam {
  /// Learning rate.
  public var rate: Float
  public var beta1: Double
  public var beta2: Double
  public var epsilon: Double
  /// Running means by name, made at a tensor's first step.
  public private(set) var first: [String: Tensor] = [:]
  public private(set) var second: [String: Tensor] = [:]
  /// How often each tensor was stepped.
  public private(set) var steps: [String: Int] = [:]

  public init(
    rate: Float, beta1: Double = 0.9, beta2: Double = 0.99, epsilon: Double = 1e-8
  ) {
    (self.rate, self.beta1, self.beta2, self.epsilon) = (rate, beta1, beta2, epsilon)
  }

  /// Continues from stored means.
  public mutating func resume(
    first: [String: Tensor], second: [String: Tensor], steps: [String: Int]
  ) {
    (self.first, self.second, self.steps) = (first, second, steps)
  }

  /// Moves the leaves `tensors` along the descent of `loss`, in place.
  ///
  /// A tensor that the loss does not depend on is left as it is. NaN in a gradient counts as 0, and
  /// infinities as ±1e5.
  /// - Parameters:
  ///   - tensors: the leaves by name
  ///   - multiplier: of the learning rate for each name
  ///   - group: processes with the same leaves, over whose losses the gradients are averaged before NaN and
  ///     infinities are replaced
  public mutating func step(
    _ loss: Tensor, _ tensors: [String: Tensor], multiplier: (String) -> Float = { _ in 1 },
    group: ProcessGroup? = nil
  ) throws {
    let names = tensors.keys.sorted()
    let leaves = names.compactMap { tensors[$0] }
    let own = try loss.gradients(leaves)
    let gradients = try group?.average(own, like: leaves) ?? own
    for ((name, leaf), gradient) in zip(zip(names, leaves), gradients) {
      try apply(name, leaf, gradient, multiplier: multiplier(name))
    }
  }

  /// Moves one leaf against its gradient, in place; does nothing without one.
  public mutating func apply(
    _ name: String, _ leaf: Tensor, _ gradient: Tensor?, multiplier: Float = 1
  ) throws {
    guard let gradient = try gradient?.replacing(nan: 0, positive: 1e5, negative: -1e5) else {
      return
    }
    // Stored means come from a file, so from the CPU.
    let mean = try first[name]?.to(leaf.device) ?? (leaf.detached() * 0)
    let square = try second[name]?.to(leaf.device) ?? (leaf.detached() * 0)
    let count = (steps[name] ?? 0) + 1
    try leaf.adamStep(
      gradient: gradient, first: mean, second: square, rate: rate * multiplier, beta1: beta1,
      beta2: beta2,
      epsilon: epsilon, step: count)
    first[name] = mean
    second[name] = square
    steps[name] = count
  }
}
