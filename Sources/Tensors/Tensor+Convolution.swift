internal import TorchShim

/// In which numbers a convolution multiplies.
public enum Precision: String, Sendable, Codable, CaseIterable {
  /// 32 bits.
  case full
  /// bfloat16: 8 bits of precision and the range of 32-bit numbers, so that no gradient has to be scaled.
  case half
}

extension Tensor {
  /// The cross-correlation of `[batch, channels, height, width]` with a kernel.
  /// - Parameters:
  ///   - weight: `[outputs, inputs / groups, height, width]`
  ///   - bias: `[outputs]`
  public func convolved(
    _ weight: Tensor, bias: Tensor? = nil, stride: Int = 1, padding: Int = 0, groups: Int = 1,
    precision: Precision = .full
  ) throws(TensorError) -> Tensor {
    try Tensor(
      pv_tensor_convolve(
        raw, weight.raw, bias?.raw, Int64(stride), Int64(padding), Int64(groups),
        precision == .half), "convolved")
  }

  /// The transpose of `convolved`, which enlarges by the stride of each axis.
  /// - Parameter weight: `[inputs, outputs / groups, height, width]`
  public func convolvedTransposed(
    _ weight: Tensor, bias: Tensor? = nil, stride: (y: Int, x: Int) = (1, 1), padding: Int = 0,
    groups: Int = 1
  ) throws(TensorError) -> Tensor {
    try Tensor(
      pv_tensor_convolve_transposed(
        raw, weight.raw, bias?.raw, Int64(stride.y), Int64(stride.x), Int64(padding),
        Int64(groups)),
      "convolvedTransposed")
  }

  /// - Parameter ceiling: whether a last, partial window counts
  public func maxPooled(
    _ size: Int, stride: Int, padding: Int = 0, ceiling: Bool = false
  ) throws(TensorError) -> Tensor {
    try Tensor(
      pv_tensor_max_pool(raw, Int64(size), Int64(stride), Int64(padding), ceiling), "maxPooled")
  }

  public func averagePooled(
    _ size: Int, stride: Int, padding: Int = 0
  ) throws(TensorError) -> Tensor {
    try Tensor(
      pv_tensor_average_pool(raw, Int64(size), Int64(stride), Int64(padding)), "averagePooled")
  }

  /// Bilinear resizing with pixel centers at halves.
  /// - Parameter antialiased: whether the triangle filter widens when shrinking
  public func resized(
    height: Int, width: Int, antialiased: Bool
  ) throws(TensorError) -> Tensor {
    try Tensor(pv_tensor_resize(raw, Int64(height), Int64(width), antialiased), "resized")
  }

  /// Bilinear samples at `grid`, zero outside.
  /// - Parameter grid: `[batch, height, width, 2]`, x then y, -1 and 1 at the outer pixel edges
  public func sampled(at grid: Tensor) throws(TensorError) -> Tensor {
    try Tensor(pv_tensor_grid_sample(raw, grid.raw), "sampled")
  }

  /// Twice the size by the taps 1, 3, 3, 1, on the CPU.
  public func doubled() throws(TensorError) -> Tensor {
    try Tensor(pv_tensor_double(raw), "doubled")
  }

  /// The taps 1, 3, 3, 1, divided by 4, along both axes of an image given by its phases; on the CPU.
  ///
  /// `[batch, 4 · channels, h + 1, w + 1]`, of which channel 4 c + 2 p + q has the pixels (2 i + p, 2 j + q) of an
  /// image with one zero before it, becomes `[batch, channels, 2 h, 2 w]`.
  public func smoothedPhases() throws(TensorError) -> Tensor {
    try Tensor(pv_tensor_smooth_phases(raw), "smoothedPhases")
  }

  /// An image batch whose channels are multiplied with those of its sample; its gradient is one pass on the CPU.
  /// - Parameter style: `[batch, channels]`
  public func styled(_ style: Tensor) throws(TensorError) -> Tensor {
    guard device == .cpu else {
      return try self * style.reshaped(style.shape[0], style.shape[1], 1, 1)
    }
    return try Tensor(pv_tensor_style(raw, style.raw), "styled")
  }

  /// A few sums over an image's channels, with weights for each sample; on the CPU.
  /// - Parameter matrices: `[batch, outputs, channels]`, at most four outputs
  /// - Returns: `[batch, outputs, height, width]`
  public func readOut(_ matrices: Tensor) throws(TensorError) -> Tensor {
    try Tensor(pv_tensor_read_out(raw, matrices.raw), "readOut")
  }

  /// What follows the products of a styled convolution, `clamp(lrelu(x · factors + noise + bias) · gain)`, in
  /// one pass on the CPU.
  /// - Parameters:
  ///   - factors: `[batch, channels]`
  ///   - noise: `[height, width]`
  ///   - bias: `[channels]`
  ///   - slope: of the leaky rectifier below 0
  public func finished(
    factors: Tensor, noise: Tensor?, bias: Tensor, slope: Float = 0.2, gain: Float, clamp: Float?
  ) throws(TensorError) -> Tensor {
    var ending = pv_ending(
      factors: factors.raw, noise: noise?.raw, bias: bias.raw, slope: Double(slope),
      gain: Double(gain), clamp: Double(clamp ?? .infinity))
    return try withExtendedLifetime((factors, noise, bias)) { () throws(TensorError) -> Tensor in
      try Tensor(pv_tensor_finish(raw, &ending), "finished")
    }
  }
}
