internal import TorchShim

/// The one place from which tensors are written to: optimizers and moving averages.
extension Tensor {
  /// One step of Adam on this leaf, in place.
  /// - Parameters:
  ///   - gradient: of this tensor's shape
  ///   - first: the running mean of gradients, written to
  ///   - second: the running mean of squared gradients, written to
  ///   - step: counted from 1
  /// - Source: Kingma & Ba 2015, algorithm 1
  package func adamStep(
    gradient: Tensor, first: Tensor, second: Tensor, rate: Float, beta1: Double, beta2: Double,
    epsilon: Double, step: Int
  ) throws(TensorError) {
    let status = pv_adam_step(
      raw, gradient.raw, first.raw, second.raw, Double(rate), beta1, beta2, epsilon, Int64(step))
    guard status == 0 else { throw .last("adamStep") }
  }

  /// Moves this tensor towards `source`, in place: `source + (self - source) · keep`.
  package func blend(towards source: Tensor, keeping keep: Double) throws(TensorError) {
    guard pv_tensor_blend_into(raw, source.raw, keep) == 0 else { throw .last("blend") }
  }
}
