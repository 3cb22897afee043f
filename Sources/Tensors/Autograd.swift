internal import TorchShim

extension Tensor {
  /// The same values without their history.
  public func detached() throws(TensorError) -> Tensor {
    try Tensor(pv_tensor_detach(raw), "detached")
  }

  /// A copy that gradients are asked for, or one that they are not.
  public func leaf(gradients: Bool = true) throws(TensorError) -> Tensor {
    try Tensor(pv_tensor_leaf(raw, gradients), "leaf")
  }

  public var needsGradient: Bool { pv_tensor_needs_gradient(raw) }

  /// The gradients of `sum(self · seed)` with respect to each of `inputs`.
  /// - Parameters:
  ///   - seed: of this tensor's shape; may be absent when it has one element
  ///   - differentiable: whether the gradients can be differentiated again
  /// - Returns: for each input its gradient, or nil where this tensor does not depend on it
  public func gradients(
    _ inputs: [Tensor], seed: Tensor? = nil, differentiable: Bool = false
  ) throws(TensorError) -> [Tensor?] {
    let handles: [OpaquePointer?] = inputs.map { $0.raw }
    var results = [OpaquePointer?](repeating: nil, count: inputs.count)
    let status = withExtendedLifetime(inputs) {
      pv_gradients(raw, seed?.raw, handles, Int32(handles.count), differentiable, &results)
    }
    guard status == 0 else { throw .last("gradients") }
    var gradients: [Tensor?] = []
    for result in results {
      if let result {
        gradients.append(try Tensor(result, "gradients"))
      } else {
        gradients.append(nil)
      }
    }
    return gradients
  }
}

/// Runs `body` without recording how its tensors are computed.
public func withoutGradients<Result>(_ body: () throws -> Result) rethrows -> Result {
  let before = pv_recording(false)
  defer { _ = pv_recording(before) }
  return try body()
}

/// Runs `body` recording how its tensors are computed.
public func withGradients<Result>(_ body: () throws -> Result) rethrows -> Result {
  let before = pv_recording(true)
  defer { _ = pv_recording(before) }
  return try body()
}
