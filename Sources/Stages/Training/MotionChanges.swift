/// Differences of one unit within people, and what is found of them.
struct MotionChanges {
  private(set) var truth: [Double]
  private(set) var found: [Double]

  mutating func append(_ other: MotionChanges) {
    truth += other.truth
    found += other.found
  }

  var correlation: Double { MotionFit.correlation(truth, found) }

  /// How much of a change is found.
  var share: Double { Self.product(truth, found) / max(Self.product(truth, truth), 1e-12) }

  /// The standard deviation of the truth over that of what is found.
  var ratio: Double {
    (Self.product(truth, truth) / max(Self.product(found, found), 1e-12)).squareRoot()
  }

  /// By how much what is found is off, times `factor`, as a standard deviation.
  func error(_ factor: Double) -> Double {
    let errors = zip(truth, found).map { $0 - factor * $1 }
    return (Self.product(errors, errors) / Double(max(errors.count, 1))).squareRoot()
  }

  private static func product(_ a: [Double], _ b: [Double]) -> Double {
    zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
  }
}
