import Foundation
import Tensors

/// Enlarging, filtering and shrinking images with a finite impulse response filter.
/// - Source: Karras et al. 2020; PV3D-SPEC section 3, `upfirdn`
public enum Resampling {
  /// The binomial taps of the whole network.
  public static let taps: [Float] = [1, 3, 3, 1]

  /// A filter from its taps, normalized to a sum of `gain`.
  ///
  /// Fewer than 8 taps become the 2-D outer product; 8 and more stay 1-D and are applied to each axis.
  public static func filter(
    _ taps: [Float] = taps, gain: Float = 1, flipped: Bool = false
  ) throws -> Tensor {
    let ordered = flipped ? taps.reversed() : taps
    let sum = ordered.reduce(0, +)
    guard taps.count < 8 else {
      return try Tensor(ordered.map { $0 / sum * gain.squareRoot() })
    }
    let values = ordered.flatMap { row in ordered.map { row * $0 / (sum * sum) * gain } }
    return try Tensor(values, [taps.count, taps.count])
  }

  private static let binomial = taps.flatMap { row in taps.map { row * $0 / 64 } }

  /// Whether the fast operations for the network's own taps may stand for `filter`.
  static func isBinomial(_ filter: Tensor, _ x: Tensor) throws -> Bool {
    try x.device == .cpu && filter.shape == [4, 4] && filter.floats() == binomial
  }

  /// Zeros or crops at the four sides of an image.
  public struct Padding: Sendable {
    public var left, right, top, bottom: Int

    public init(left: Int, right: Int, top: Int, bottom: Int) {
      (self.left, self.right, self.top, self.bottom) = (left, right, top, bottom)
    }

    /// The same on both axes.
    public init(_ before: Int, _ after: Int) {
      self.init(left: before, right: after, top: before, bottom: after)
    }
  }

  /// Puts `up - 1` zeros after every pixel, pads, convolves with the filter, keeps every `down`-th.
  ///
  /// - Parameters:
  ///   - x: `[batch, channels, height, width]`
  ///   - filter: `[taps, taps]`, or `[taps]` for one pass along each axis with the root of the gain
  ///   - flipped: whether to correlate rather than convolve
  /// - Returns: width `⌈(width · up + left + right - taps + 1) / down⌉`, height alike
  public static func upfirdn(
    _ x: Tensor, _ filter: Tensor, up: (x: Int, y: Int) = (1, 1), down: (x: Int, y: Int) = (1, 1),
    padding: Padding = Padding(0, 0), gain: Float = 1, flipped: Bool = false
  ) throws -> Tensor {
    guard filter.rank == 1 else {
      return try pass(x, filter, up, down, padding, gain, flipped)
    }
    let taps = filter.count
    let root = gain.squareRoot()
    let across = try pass(
      x, filter.reshaped(1, taps), (up.x, 1), (down.x, 1),
      Padding(left: padding.left, right: padding.right, top: 0, bottom: 0), root, flipped)
    return try pass(
      across, filter.reshaped(taps, 1), (1, up.y), (1, down.y),
      Padding(left: 0, right: 0, top: padding.top, bottom: padding.bottom), root, flipped)
  }

  private static func pass(
    _ x: Tensor, _ filter: Tensor, _ up: (x: Int, y: Int), _ down: (x: Int, y: Int),
    _ padding: Padding, _ gain: Float, _ flipped: Bool
  ) throws -> Tensor {
    let shape = x.shape
    let (channels, height, width) = (shape[1], shape[2], shape[3])
    let (tall, wide) = (filter.shape[0], filter.shape[1])
    let oriented = flipped ? try filter.flipped(0, 1) : filter
    var y: Tensor
    if up == (1, 1) {
      // Convolution flips its kernel; conv2d does not.
      let kernel = try (oriented.flipped(0, 1) * gain).reshaped(1, 1, tall, wide)
        .expanded([channels, 1, tall, wide])
      let padded = try x.padded(
        left: padding.left, right: padding.right, top: padding.top, bottom: padding.bottom)
      y = try padded.convolved(kernel, groups: channels)
    } else {
      // A transposed convolution is the full convolution of the zero-stuffed image.
      let kernel = try (oriented * gain).reshaped(1, 1, tall, wide)
        .expanded([channels, 1, tall, wide])
      let full = try x.convolvedTransposed(kernel, stride: (up.y, up.x), groups: channels)
      let (left, top) = (padding.left - wide + 1, padding.top - tall + 1)
      let (fullWidth, fullHeight) = ((width - 1) * up.x + wide, (height - 1) * up.y + tall)
      y = try full.padded(
        left: left,
        right: width * up.x + padding.left + padding.right - wide + 1 - left - fullWidth,
        top: top,
        bottom: height * up.y + padding.top + padding.bottom - tall + 1 - top - fullHeight)
    }
    if down.x > 1 { y = try y.sliced(3, 0..<y.shape[3], step: down.x) }
    if down.y > 1 { y = try y.sliced(2, 0..<y.shape[2], step: down.y) }
    return y
  }

  /// Twice the size.
  public static func upsampled(_ x: Tensor, _ filter: Tensor) throws -> Tensor {
    if try isBinomial(filter, x) { return try x.doubled() }
    let taps = filter.shape[0]
    return try upfirdn(
      x, filter, up: (2, 2), padding: Padding((taps + 1) / 2, (taps - 2) / 2), gain: 4)
  }

  /// Half the size; `extra` pads all sides further.
  public static func downsampled(
    _ x: Tensor, _ filter: Tensor, extra: Int = 0, flipped: Bool = false
  ) throws -> Tensor {
    let taps = filter.shape[0]
    return try upfirdn(
      x, filter, down: (2, 2), padding: Padding((taps - 1) / 2 + extra, (taps - 2) / 2 + extra),
      flipped: flipped)
  }

  /// The same size.
  public static func filtered(_ x: Tensor, _ filter: Tensor) throws -> Tensor {
    let taps = filter.shape[0]
    return try upfirdn(x, filter, padding: Padding(taps / 2, (taps - 1) / 2))
  }

  /// A convolution that may double or halve the size on its way.
  /// - Parameters:
  ///   - weight: `[outputs, inputs / groups, k, k]`, k 1 or 3
  ///   - padding: zeros around, `k / 2` when nil
  ///   - precision: of the products; a doubling that is a transposed convolution multiplies in full
  ///   - correlated: true for an ordinary conv2d, false for a true convolution
  /// - Source: PV3D-SPEC section 3, `conv_resample`
  public static func convolved(
    _ x: Tensor, _ weight: Tensor, filter: Tensor, up: Int = 1, down: Int = 1,
    padding: Int? = nil, groups: Int = 1, correlated: Bool = true, precision: Precision = .full
  ) throws -> Tensor {
    let size = weight.shape[2]
    let padding = padding ?? size / 2
    let kernel = correlated || (up > 1 && size > 1) ? weight : try weight.flipped(2, 3)
    switch (size, up, down) {
    case (_, 1, 1):
      return try x.convolved(kernel, padding: padding, groups: groups, precision: precision)
    case (1, 1, 2):
      return try upfirdn(x, filter, down: (2, 2), padding: Padding(padding + 1, padding + 1))
        .convolved(kernel, groups: groups, precision: precision)
    case (1, 2, 1):
      return try upfirdn(
        x.convolved(kernel, groups: groups, precision: precision), filter, up: (2, 2),
        padding: Padding(padding + 2, padding + 1), gain: 4)
    case (_, 1, 2):
      return try upfirdn(x, filter, padding: Padding(padding + 1, padding + 1))
        .convolved(kernel, stride: 2, groups: groups, precision: precision)
    default:
      let shape = weight.shape
      let stamped = correlated ? try kernel.flipped(2, 3) : kernel
      if try size == 3 && padding == 1 && groups == 1 && isBinomial(filter, x) {
        return try x.convolved(phases(stamped), padding: 1, precision: precision).smoothedPhases()
      }
      let transposed =
        try stamped
        .reshaped(groups, shape[0] / groups, shape[1], size, size).permuted(0, 2, 1, 3, 4)
        .reshaped(groups * shape[1], shape[0] / groups, size, size)
      let full = try x.convolvedTransposed(transposed, stride: (2, 2), groups: groups)
      return try upfirdn(full, filter, padding: Padding(padding, padding), gain: 4)
    }
  }

  /// The four ordinary convolutions of two by two taps that a transposed one of stride 2 is made of.
  ///
  /// Along each axis an even pixel 2 m takes the last tap from pixel m - 1 and the first from m, an odd one the
  /// middle tap from m.
  /// - Parameter kernel: `[outputs, inputs, 3, 3]`
  /// - Returns: `[4 · outputs, inputs, 2, 2]`; output 4 o + 2 p + q makes the pixels (2 m + p, 2 n + q)
  static func phases(_ kernel: Tensor) throws -> Tensor {
    let (outputs, inputs) = (kernel.shape[0], kernel.shape[1])
    let taps = try Tensor(indices: [2, 0, 3, 1], [4]).to(kernel.device)
    return try kernel.padded(left: 0, right: 1, top: 0, bottom: 1).picked(2, taps).picked(3, taps)
      .reshaped(outputs, inputs, 2, 2, 2, 2).permuted(0, 2, 4, 1, 3, 5)
      .reshaped(4 * outputs, inputs, 2, 2)
  }
}
