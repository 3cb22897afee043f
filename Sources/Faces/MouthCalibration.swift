/// Sets the units that open the mouth by how far the lips are apart.
///
/// What units open is linear, `o = Σ a u`, and can be measured; the estimates u err by known amounts e. What is missing goes to the
/// units that open most and are known least: `u' = u + k (o - Σ a u)` with `k = a e² / Σ a² e²`, the mean of a normal
/// distribution given o, held in the ranges of the units.
package struct MouthCalibration {
  /// Lips that touch are seen no farther apart, 0.01 to 0.03 of the distance between the eyes' outer corners.
  private static let closed = 0.04
  /// What one round of holding units in their ranges takes, the next gives to others.
  private static let rounds = 8

  private let openings: [Double]
  /// a e².
  private let weights: [Double]
  private let ranges: [ClosedRange<Double>]

  package init(_ model: MotionRegression.Model) {
    openings = model.openings.map { Double($0) }
    weights = zip(openings, model.errors).map { $0 * Double($1) * Double($1) }
    ranges = zip(model.lower, model.upper).map { Double($0)...Double($1) }
  }

  /// - Parameters:
  ///   - columns: of each unit the values of all frames
  ///   - mouths: the opening in each frame
  /// - Returns: the columns, which open the mouth as far
  package func opened(_ columns: [[Double]], as mouths: [Double]) -> [[Double]] {
    let closed = min(MotionCalibration.percentile(mouths, 0.1), Self.closed)
    var result = columns
    for (frame, mouth) in mouths.enumerated() {
      var units = columns.map { $0[frame] }
      open(&units, by: max(mouth - closed, 0))
      for (unit, value) in units.enumerated() { result[unit][frame] = value }
    }
    return result
  }

  /// Moves the units of one frame until they open the mouth by `opening`, or no more can.
  private func open(_ units: inout [Double], by opening: Double) {
    for _ in 0..<Self.rounds {
      let missing = opening - zip(openings, units).reduce(0) { $0 + $1.0 * $1.1 }
      let free = units.indices.filter { unit in
        let way = weights[unit] * missing
        return way > 0
          ? units[unit] < ranges[unit].upperBound
          : way < 0 && units[unit] > ranges[unit].lowerBound
      }
      let total = free.reduce(0) { $0 + openings[$1] * weights[$1] }
      guard abs(missing) > 1e-9, total > 0 else { return }
      for unit in free {
        let moved = units[unit] + weights[unit] * missing / total
        units[unit] = min(max(moved, ranges[unit].lowerBound), ranges[unit].upperBound)
      }
    }
  }
}
