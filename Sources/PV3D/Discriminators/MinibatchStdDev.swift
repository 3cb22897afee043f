import Tensors

/// Tells a discriminator how much the samples of a batch differ.
///
/// Sample n is in group `n mod (batch / size)`; the root of the variance within a group, averaged
/// over channels and pixels, becomes one more channel of the group's samples.
/// - Source: Karras et al. 2018, section 3; PV3D-SPEC section 13
public enum MinibatchStdDev {
  /// - Parameters:
  ///   - x: `[batch, channels, height, width]`
  ///   - size: samples in a group, at most the batch
  /// - Returns: `[batch, channels + 1, height, width]`
  public static func appended(to x: Tensor, size: Int) throws -> Tensor {
    let shape = x.shape
    let (batch, height, width) = (shape[0], shape[2], shape[3])
    let group = min(size, batch)
    guard group > 0, batch % group == 0 else {
      throw TensorError(
        operation: "minibatch deviation",
        reason: "a batch of \(batch) does not divide into groups of \(group)")
    }
    let grouped = try x.reshaped([group, batch / group] + shape.dropFirst())
    let variance = try (grouped - grouped.mean(0, keeping: true)).squared().mean(0)
    let deviation = try (variance + 1e-8).squareRoot().mean(1, 2, 3)
    let channel = try deviation.reshaped(1, batch / group, 1, 1, 1)
      .expanded([group, batch / group, 1, height, width])
      .reshaped(batch, 1, height, width)
    return try .concatenated([x, channel], 1)
  }
}
