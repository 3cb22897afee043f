import Tensors

/// Where along a ray samples are taken.
/// - Source: Mildenhall et al. 2020, section 5.2; PV3D-SPEC section 10
public enum DepthSampling {
  /// Evenly spaced depths, each moved by up to one spacing.
  /// - Parameters:
  ///   - jitter: `[batch, rays, samples, 1]` in 0..<1, or nil for none
  ///   - inDisparity: whether the inverses of depths are evenly spaced instead, which no official
  ///     configuration asks for
  /// - Returns: `[batch, rays, samples, 1]`
  public static func stratified(
    batch: Int, rays: Int, samples: Int, start: Float, end: Float, jitter: Tensor?,
    inDisparity: Bool = false, device: Device = .cpu
  ) throws -> Tensor {
    let (from, to) = inDisparity ? (1 / start, 1 / end) : (start, end)
    let step = (to - from) / Float(samples - 1)
    let places = (0..<samples).map { from + Float($0) * step }
    var depths = try Tensor(places, [1, 1, samples, 1]).to(device)
      .expanded([batch, rays, samples, 1])
    if let jitter { depths = try depths + jitter * step }
    return try inDisparity ? Tensor(full: 1, []).to(device) / depths : depths
  }

  /// Depths drawn where coarse samples found something.
  /// - Parameters:
  ///   - depths: `[batch, rays, samples, 1]`, rising
  ///   - weights: `[batch, rays, samples - 1, 1]` of the intervals between them
  ///   - u: `[batch · rays, fine]` in 0..<1
  /// - Returns: `[batch, rays, fine, 1]`
  public static func importance(depths: Tensor, weights: Tensor, u: Tensor) throws -> Tensor {
    try withoutGradients {
      let (batch, rays, samples) = (depths.shape[0], depths.shape[1], depths.shape[2])
      let z = try depths.reshaped(batch * rays, samples)
      let bins = try (z.sliced(1, 0..<samples - 1) + z.sliced(1, 1..<samples)) * 0.5
      let smooth = try smoothed(weights.reshaped(batch * rays, samples - 1))
      return try drawn(bins: bins, weights: smooth.sliced(1, 1..<samples - 2), u: u)
        .reshaped(batch, rays, u.shape[1], 1)
    }
  }

  /// The larger of two neighbors, then the mean of two neighbors, and a little more than nothing.
  /// - Parameter weights: `[rays, intervals]`, as the result
  package static func smoothed(_ weights: Tensor) throws -> Tensor {
    let count = weights.shape[1]
    let before = try weights.padded(left: 1, right: 0, top: 0, bottom: 0)
    let after = try weights.padded(left: 0, right: 1, top: 0, bottom: 0)
    let peaks = try Tensor.maximum(before, after)
    return try (peaks.sliced(1, 0..<count) + peaks.sliced(1, 1..<count + 1)) * 0.5 + 0.01
  }

  /// Values drawn by inverting the cumulative distribution of a histogram.
  /// - Parameters:
  ///   - bins: `[rays, count + 1]` edges, rising; further ones are not used
  ///   - weights: `[rays, count]`, not negative
  ///   - u: `[rays, draws]` in 0..<1, as the result
  package static func drawn(bins: Tensor, weights: Tensor, u: Tensor) throws -> Tensor {
    let padded = try weights + 1e-5
    let density = try padded / padded.sum(1, keeping: true)
    let cumulative = try density.cumulativeSum(1).padded(left: 1, right: 0, top: 0, bottom: 0)
    let positions = try cumulative.firstLarger(than: u)
    let last = weights.shape[1]
    let low = try positions.shifted(by: -1, within: 0...last)
    let high = try positions.shifted(by: 0, within: 0...last)
    let (from, to) = (try cumulative.gathered(1, low), try cumulative.gathered(1, high))
    let (near, far) = (try bins.gathered(1, low), try bins.gathered(1, high))
    let span = try to - from
    // A span below 1e-5 counts as 1, so that empty bins give their lower edge.
    let empty = try ((span - 1e-5) * -1e30).clamped(0, 1)
    let width = try span * (1 - empty) + empty
    return try near + (u - from) / width * (far - near)
  }
}
