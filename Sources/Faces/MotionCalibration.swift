import Foundation

/// Adapts the estimates of one video to its person.
///
/// What a unipolar unit shows in nine of ten frames of a video, and the median of a bipolar one, come from the shape of
/// the face rather than from its motion, as far as the regression is known to err. Lids are not estimated from
/// shape at all: `r = (open - o) / (open - shut)`, with `open` from the video, and `blink = (1 + n) r² / (r + n)` where n is noise,
/// and both eyes are shut alike unless the outlines of the eyes show a wink.
public struct MotionCalibration: Sendable {
  /// How much of the usual opening remains where lids touch, as far as landmarks can tell.
  private static let shutShare = 0.42
  /// How many standard deviations of the regression's error about a person are taken out at most; real faces
  /// differ more than those it was fitted to.
  private static let reach = 3.0
  /// How much of a blink is noise: what is smaller counts less and less, for lids that are lowered a little, as by
  /// a glance at the table, are no blink but are seen.
  private static let noise = 0.1

  /// By how much more of a blink one outline is shut than the other where a wink begins and where it is whole: a
  /// turned head is seen with one eye narrower than the other.
  private static let wink = 0.4...0.8

  private let columns: [[Double]]

  /// - Parameters:
  ///   - columns: of each unit the estimates of all frames
  ///   - lids: how far the eyes are open in each frame
  ///   - outlines: the same by the outlines of the eyes alone
  public init(
    _ model: MotionRegression.Model, columns estimates: [[Double]], lids: [LidOpening],
    outlines: [LidOpening]
  ) {
    let shut = Self.blinks(lids, outlines: outlines)
    columns = model.units.indices.map { unit in
      let values = estimates[unit]
      switch model.units[unit] {
      case "blinkLeft": return shut.left
      case "blinkRight": return shut.right
      default:
        let isBipolar = model.lower[unit] < 0
        let level = Self.percentile(values, isBipolar ? 0.5 : 0.1)
        let reach = Self.reach * Double(model.spread[unit])
        let own = min(max(level, -reach), reach)
        return values.map { $0 - own }
      }
    }
  }

  /// The calibrated values of a unit in every frame.
  public func column(_ unit: Int) -> [Double] { columns[unit] }

  /// How far lids are shut, 0...1, from how far they are open.
  public static func blinks(_ openings: [Double]) -> [Double] {
    let open = percentile(openings, 0.75)
    guard open > 0 else { return openings.map { _ in 0 } }
    return openings.map { opening in
      let raw = (open - opening) / (open * (1 - shutShare))
      guard raw > 0 else { return 0 }
      return min((1 + noise) * raw * raw / (raw + noise), 1)
    }
  }

  /// How far the lids of both eyes are shut: as far as those of the less shut one, and more of one that winks.
  public static func blinks(
    _ lids: [LidOpening], outlines: [LidOpening]
  ) -> (left: [Double], right: [Double]) {
    func shut(_ openings: [LidOpening]) -> [SIMD2<Double>] {
      zip(blinks(openings.map(\.left)), blinks(openings.map(\.right))).map { SIMD2($0, $1) }
    }
    let values = zip(shut(lids), shut(outlines)).map { lids, outlines in
      let together = lids.min()
      let lead = outlines - SIMD2(outlines.y, outlines.x) - wink.lowerBound
      let part = lead / (wink.upperBound - wink.lowerBound)
      return together + part.clamped(lowerBound: .zero, upperBound: .one) * (1 - together)
    }
    return (values.map(\.x), values.map(\.y))
  }

  /// The value below which a part of all values lies, interpolated.
  static func percentile(_ values: [Double], _ part: Double) -> Double {
    let sorted = values.sorted()
    guard let last = sorted.last else { return 0 }
    let place = part * Double(sorted.count - 1)
    let index = Int(place)
    guard index + 1 < sorted.count else { return last }
    return sorted[index] + (place - Double(index)) * (sorted[index + 1] - sorted[index])
  }
}
