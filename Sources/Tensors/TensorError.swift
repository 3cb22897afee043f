internal import TorchShim

/// Why an operation on tensors failed, in libtorch's words or ours.
public struct TensorError: Error, CustomStringConvertible, Sendable, Equatable {
  public let operation: String
  public let reason: String

  public init(operation: String, reason: String) {
    self.operation = operation
    self.reason = reason
  }

  public var description: String { "\(operation): \(reason)" }

  /// The reason of the last failure on this thread.
  static func last(_ operation: String) -> TensorError {
    TensorError(operation: operation, reason: String(cString: pv_error()))
  }
}
