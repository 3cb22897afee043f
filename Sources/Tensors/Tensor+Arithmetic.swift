internal import TorchShim

extension Tensor {
  private static func binary(
    _ a: Tensor, _ b: Tensor, _ operation: pv_binary, _ name: String
  ) throws(TensorError) -> Tensor {
    try Tensor(pv_tensor_binary(a.raw, b.raw, Int32(operation.rawValue)), name)
  }

  private func affine(_ scale: Float, _ offset: Float) throws(TensorError) -> Tensor {
    try Tensor(pv_tensor_affine(raw, Double(scale), Double(offset)), "affine")
  }

  private func unary(_ operation: pv_unary, _ name: String) throws(TensorError) -> Tensor {
    try Tensor(pv_tensor_unary(raw, Int32(operation.rawValue)), name)
  }

  public static func + (a: Tensor, b: Tensor) throws(TensorError) -> Tensor {
    try binary(a, b, PV_ADD, "add")
  }
  public static func - (a: Tensor, b: Tensor) throws(TensorError) -> Tensor {
    try binary(a, b, PV_SUBTRACT, "subtract")
  }
  public static func * (a: Tensor, b: Tensor) throws(TensorError) -> Tensor {
    try binary(a, b, PV_MULTIPLY, "multiply")
  }
  public static func / (a: Tensor, b: Tensor) throws(TensorError) -> Tensor {
    try binary(a, b, PV_DIVIDE, "divide")
  }
  public static func + (a: Tensor, b: Float) throws(TensorError) -> Tensor { try a.affine(1, b) }
  public static func - (a: Tensor, b: Float) throws(TensorError) -> Tensor { try a.affine(1, -b) }
  public static func * (a: Tensor, b: Float) throws(TensorError) -> Tensor { try a.affine(b, 0) }
  public static func / (a: Tensor, b: Float) throws(TensorError) -> Tensor {
    try a.affine(1 / b, 0)
  }
  public static func * (a: Float, b: Tensor) throws(TensorError) -> Tensor { try b.affine(a, 0) }
  public static func + (a: Float, b: Tensor) throws(TensorError) -> Tensor { try b.affine(1, a) }
  public static func - (a: Float, b: Tensor) throws(TensorError) -> Tensor { try b.affine(-1, a) }
  public static prefix func - (a: Tensor) throws(TensorError) -> Tensor { try a.affine(-1, 0) }

  public func exponential() throws(TensorError) -> Tensor { try unary(PV_EXP, "exponential") }
  public func logarithm() throws(TensorError) -> Tensor { try unary(PV_LOG, "logarithm") }
  public func squareRoot() throws(TensorError) -> Tensor { try unary(PV_SQRT, "squareRoot") }
  /// The reciprocal square root, `1 / √x`.
  public func reciprocalSquareRoot() throws(TensorError) -> Tensor {
    try unary(PV_RSQRT, "reciprocalSquareRoot")
  }
  public func magnitude() throws(TensorError) -> Tensor { try unary(PV_ABS, "magnitude") }
  public func squared() throws(TensorError) -> Tensor { try unary(PV_SQUARE, "squared") }
  public func sigmoid() throws(TensorError) -> Tensor { try unary(PV_SIGMOID, "sigmoid") }
  /// The smooth rectifier `log(1 + eˣ)`.
  public func softplus() throws(TensorError) -> Tensor { try unary(PV_SOFTPLUS, "softplus") }
  public func relu() throws(TensorError) -> Tensor { try unary(PV_RELU, "relu") }
  public func tanh() throws(TensorError) -> Tensor { try unary(PV_TANH, "tanh") }
  /// The hard swish `x · clamp(x + 3, 0, 6) / 6`.
  public func hardSwish() throws(TensorError) -> Tensor { try unary(PV_HARDSWISH, "hardSwish") }
  public func sine() throws(TensorError) -> Tensor { try unary(PV_SIN, "sine") }
  public func cosine() throws(TensorError) -> Tensor { try unary(PV_COS, "cosine") }
  public func leakyReLU(_ slope: Float) throws(TensorError) -> Tensor {
    try Tensor(pv_tensor_leaky_relu(raw, Double(slope)), "leakyReLU")
  }
  /// A leaky rectifier with one slope for each channel, which is dimension 1.
  public func leakyReLU(_ slopes: Tensor) throws(TensorError) -> Tensor {
    try Tensor(pv_tensor_prelu(raw, slopes.raw), "leakyReLU")
  }
  public func clamped(_ low: Float, _ high: Float) throws(TensorError) -> Tensor {
    try Tensor(pv_tensor_clamp(raw, Double(low), Double(high)), "clamped")
  }
  /// The values kept between two tensors of this shape or of one element each.
  public func clamped(_ low: Tensor, _ high: Tensor) throws(TensorError) -> Tensor {
    try Tensor(pv_tensor_clamp_between(raw, low.raw, high.raw), "clamped")
  }
  /// Indices moved by `offset` and kept within `range`.
  public func shifted(
    by offset: Int, within range: ClosedRange<Int>
  ) throws(TensorError) -> Tensor {
    try Tensor(
      pv_tensor_shift_indices(
        raw, Int64(offset), Int64(range.lowerBound), Int64(range.upperBound)), "shifted")
  }
  /// The same values with NaN and the infinities replaced.
  public func replacing(
    nan: Float, positive: Float, negative: Float
  ) throws(TensorError) -> Tensor {
    try Tensor(pv_tensor_nan_to(raw, Double(nan), Double(positive), Double(negative)), "replacing")
  }
  public static func minimum(_ a: Tensor, _ b: Tensor) throws(TensorError) -> Tensor {
    try binary(a, b, PV_MINIMUM, "minimum")
  }
  public static func maximum(_ a: Tensor, _ b: Tensor) throws(TensorError) -> Tensor {
    try binary(a, b, PV_MAXIMUM, "maximum")
  }

  /// The matrix product over the last two dimensions.
  public func multiplied(by other: Tensor) throws(TensorError) -> Tensor {
    try Tensor(pv_tensor_matmul(raw, other.raw), "multiplied")
  }

  /// The dense product `x · weightᵀ + bias`.
  /// - Parameters:
  ///   - weight: `[outputs, inputs]`
  ///   - bias: `[outputs]`
  public func projected(_ weight: Tensor, bias: Tensor? = nil) throws(TensorError) -> Tensor {
    try Tensor(pv_tensor_linear(raw, weight.raw, bias?.raw), "projected")
  }
}
