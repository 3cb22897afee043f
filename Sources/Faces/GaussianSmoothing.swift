import Foundation

/// Smooths what is measured frame by frame, without delay.
///
/// A Gaussian mean over the frames around each; beyond the ends a track goes on as its mirror image through
/// its last value, which keeps steady motion steady.
public struct GaussianSmoothing: Sendable {
  private let weights: [Double]

  /// - Parameter deviation: of the Gaussian, in frames; 0 changes nothing
  public init(deviation: Double) {
    let radius = Int((3 * max(deviation, 0)).rounded(.up))
    let raw = (-radius...radius).map { exp(-0.5 * pow(Double($0) / max(deviation, 1e-9), 2)) }
    let total = raw.reduce(0, +)
    weights = raw.map { $0 / total }
  }

  public func smoothed(_ values: [Double]) -> [Double] {
    guard let first = values.first, let last = values.last else { return [] }
    let end = values.count - 1
    func value(_ index: Int) -> Double {
      if index < 0 { return 2 * first - values[min(-index, end)] }
      if index > end { return 2 * last - values[max(2 * end - index, 0)] }
      return values[index]
    }
    let radius = weights.count / 2
    return values.indices.map { index in
      weights.indices.reduce(0) { $0 + weights[$1] * value(index + $1 - radius) }
    }
  }

  /// Angles in radians, which may go around the circle.
  func smoothed(angles: [Double]) -> [Double] { smoothed(Self.unwound(angles)) }

  /// Angles in radians, each less than half a turn from the one before.
  static func unwound(_ angles: [Double]) -> [Double] {
    var unwound = angles
    for index in angles.indices.dropFirst() {
      unwound[index] =
        unwound[index - 1] + remainder(angles[index] - unwound[index - 1], 2 * .pi)
    }
    return unwound
  }

  /// Centers, logarithms of sides, and rolls.
  public func smoothed(_ track: [CropFrame]) -> [CropFrame] {
    let x = smoothed(track.map(\.centerX))
    let y = smoothed(track.map(\.centerY))
    let side = smoothed(track.map { log($0.side) })
    let roll = smoothed(angles: track.map(\.roll))
    return track.indices.map {
      CropFrame(center: SIMD2(x[$0], y[$0]), side: exp(side[$0]), roll: roll[$0])
    }
  }

  /// The three angles, and where the pivot is seen.
  public func smoothed(_ track: [HeadPose]) -> [HeadPose] {
    let yaw = smoothed(angles: track.map(\.yaw))
    let pitch = smoothed(angles: track.map(\.pitch))
    let roll = smoothed(angles: track.map(\.roll))
    let pivot = (0..<3).map { axis in smoothed(track.map { $0.pivot[axis] }) }
    return track.indices.map {
      HeadPose(
        yaw: yaw[$0], pitch: pitch[$0], roll: roll[$0],
        pivot: SIMD3(pivot[0][$0], pivot[1][$0], pivot[2][$0]))
    }
  }
}
