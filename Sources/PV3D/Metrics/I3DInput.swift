import Tensors

/// Clips as the action network of the Fréchet video distance takes them.
///
/// `x / 255`, bilinear resizing without antialiasing until the shorter side has the wanted length, the middle
/// square, `(x - ½) · 2`.
/// - Source: Carreira & Zisserman 2017 (I3D); PV3D-SPEC section 18
public enum I3DInput {
  /// The side of the network's frames in pixels.
  public static let side = 224

  /// - Parameter bytes: `[batch, frames, height, width, 3]` in 0...255
  /// - Returns: `[batch, 3, frames, side, side]` in -1...1
  public static func prepared(_ bytes: Tensor, side: Int = side) throws -> Tensor {
    let shape = bytes.shape
    guard shape.count == 5, shape[4] == 3 else {
      throw TensorError(
        operation: "I3D input",
        reason: "clips have shape \(shape), not [batch, frames, height, width, 3]")
    }
    let (batch, frames, height, width) = (shape[0], shape[1], shape[2], shape[3])
    func length(_ other: Int) -> Int {
      // The longer side is rounded up.
      (other * side + min(height, width) - 1) / min(height, width)
    }
    let (tall, wide) = (length(height), length(width))
    let (top, left) = ((tall - side) / 2, (wide - side) / 2)
    let flat = try (bytes / 255).reshaped(batch * frames, height, width, 3).permuted(0, 3, 1, 2)
      .contiguous().resized(height: tall, width: wide, antialiased: false)
    let square = try flat.sliced(2, top..<top + side).sliced(3, left..<left + side)
    return try ((square - 0.5) * 2).reshaped(batch, frames, 3, side, side).permuted(0, 2, 1, 3, 4)
  }
}
