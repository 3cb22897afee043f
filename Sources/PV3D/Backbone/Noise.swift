import Tensors

/// Where the noise that styled convolutions add comes from.
public enum Noise: Sendable {
  /// The fixed images of the checkpoint.
  case constant
  /// None.
  case none
  /// Standard normal values of `[batch, 1, height, width]` for a layer's name, such as `b8.conv0`.
  case random(@Sendable (_ layer: String, _ shape: [Int]) throws -> Tensor)
}
