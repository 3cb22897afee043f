import Foundation

/// Smooths what trembles and leaves what moves, without delay.
///
/// A mean over the frames around each, by a Gaussian of how far they lie in time and one of how much their values differ:
/// noise about one value is averaged over many frames, a step from one value to another stays a step. Beyond the ends
/// a track goes on as its mirror image through its last value.
/// - Source: Tomasi and Manduchi 1998 (bilateral filtering)
public struct BilateralSmoothing: Sendable {
  private let deviation: Double
  private let range: Double

  /// - Parameters:
  ///   - deviation: of the Gaussian in time, in frames; 0 changes nothing
  ///   - range: the deviation of the Gaussian of values, in their unit
  public init(deviation: Double, range: Double) {
    (self.deviation, self.range) = (max(deviation, 0), max(range, 1e-12))
  }

  public func smoothed(_ values: [Double]) -> [Double] {
    guard let first = values.first, let last = values.last, deviation > 0 else { return values }
    let end = values.count - 1
    func value(_ index: Int) -> Double {
      if index < 0 { return 2 * first - values[min(-index, end)] }
      if index > end { return 2 * last - values[max(2 * end - index, 0)] }
      return values[index]
    }
    let radius = Int((3 * deviation).rounded(.up))
    let near = (-radius...radius).map { exp(-0.5 * pow(Double($0) / deviation, 2)) }
    return values.indices.map { index in
      var (sum, total) = (0.0, 0.0)
      for step in -radius...radius {
        let change = value(index + step) - values[index]
        let weight = near[step + radius] * exp(-0.5 * pow(change / range, 2))
        sum += weight * change
        total += weight
      }
      return values[index] + sum / total
    }
  }

  /// The three angles, and where the pivot is seen: the range is one of radians, for the pivot as far as such a turn
  /// moves what is ``arm`` away from it.
  public func smoothed(_ track: [HeadPose]) -> [HeadPose] {
    let pivots = BilateralSmoothing(deviation: deviation, range: range * Self.arm)
    let angles = [\HeadPose.yaw, \.pitch, \.roll].map { angle in
      smoothed(GaussianSmoothing.unwound(track.map { $0[keyPath: angle] }))
    }
    let pivot = (0..<3).map { axis in pivots.smoothed(track.map { $0.pivot[axis] }) }
    return track.indices.map {
      HeadPose(
        yaw: angles[0][$0], pitch: angles[1][$0], roll: angles[2][$0],
        pivot: SIMD3(pivot[0][$0], pivot[1][$0], pivot[2][$0]))
    }
  }

  /// World units from the pivot of a head to its outline.
  private static let arm = 0.5
}
