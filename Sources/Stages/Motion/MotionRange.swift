import Foundation
import Heads

/// Holds motion codes of compact models where they were trained.
///
/// Heads move each unit within ``MotionUnit/range``. Codes that lie far beyond, a wide mouth on lips that were parted already,
/// are drawn with torn lips and specks as far away as the hair.
package enum MotionRange {
  /// How far beyond its range an entry may come, a quarter of a unit.
  private static let slack: Float = 0.5

  /// The codes with entries beyond their range drawn towards it: the excess e becomes s · (1 - exp(-e / s)), with the slack s.
  /// - Parameter rest: what counts as within, wherever it lies: the face at rest is left as it is
  package static func kept(_ codes: [[Float]], rest: [Float]) -> [[Float]] {
    codes.map { code in
      var result = code
      for unit in MotionUnit.allCases where unit.rawValue < min(code.count, rest.count) {
        let index = unit.rawValue
        let low = min(unit.range.lowerBound * MotionUnit.inCode, rest[index])
        let high = max(unit.range.upperBound * MotionUnit.inCode, rest[index])
        let inside = min(max(code[index], low), high)
        let excess = code[index] - inside
        let kept = slack * (1 - exp(-abs(excess) / slack))
        result[index] = inside + (excess < 0 ? -kept : kept)
      }
      return result
    }
  }
}
