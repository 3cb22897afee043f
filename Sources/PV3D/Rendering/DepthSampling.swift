import Tensors

/// Where along a ray samples are taken.
/// - Source: Mildenhall et al. 2020, section 5.2; PV3D-SPEC section 10
public enum DepthSampling {
  /// Evenly spaced depths, each moved by up to one spacing.
  /// - Parameters:
  ///   - jitter: `[batch, rays, samples, 1]` in 0..<1, or nil for none
  /// - Returns: `[batch, rays, samples, 1]`
  public static func stratified(
    batch: Int, rays: Int, samples: Int, start: Float, end: Float, jitter: Tensor?,
    device: Device = .cpu
  ) throws -> Tensor {
    let step = (end - start) / Float(samples - 1)
    let depths = (0..<samples).map { start + Float($0) * step }
    let even = try Tensor(depths, [1, 1, samples, 1]).to(device)
      .expanded([batch, rays, samples, 1])
    guard let jitter else { return even }
    return try even + jitter * step
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
      let w = try weights.reshaped(batch * rays, samples - 1)
      // The larger of two neighbors, then the mean of two neighbors.
      let before = try w.padded(left: 1, right: 0, top: 0, bottom: 0)
      let after = try w.padded(left: 0, right: 1, top: 0, bottom: 0)
      let peaks = try Tensor.maximum(before, after)
      let smooth =
        try (peaks.sliced(1, 0..<samples - 1) + peaks.sliced(1, 1..<samples)) * 0.5 + 0.01
      let bins = try (z.sliced(1, 0..<samples - 1) + z.sliced(1, 1..<samples)) * 0.5
      let inner = try smooth.sliced(1, 1..<samples - 2) + 1e-5
      let density = try inner / inner.sum(1, keeping: true)
      let cumulative = try density.cumulativeSum(1).padded(left: 1, right: 0, top: 0, bottom: 0)
      let index = try cumulative.firstLarger(than: u)
      let last = Float(samples - 3)
      let fine = u.shape[1]
      let positions = try index.floats()
      let low = try Tensor(indices: positions.map { Int(max($0 - 1, 0)) }, [batch * rays, fine])
        .to(u.device)
      let high = try Tensor(indices: positions.map { Int(min($0, last)) }, [batch * rays, fine])
        .to(u.device)
      let (from, to) = (try cumulative.gathered(1, low), try cumulative.gathered(1, high))
      let (near, far) = (try bins.gathered(1, low), try bins.gathered(1, high))
      let span = try to - from
      // A span below 1e-5 counts as 1, so that empty bins give their lower edge.
      let empty = try ((span - 1e-5) * -1e30).clamped(0, 1)
      let width = try span * (1 - empty) + empty
      return try (near + (u - from) / width * (far - near)).reshaped(batch, rays, fine, 1)
    }
  }
}
