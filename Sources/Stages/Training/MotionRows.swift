import Faces
import Heads

/// Motion samples as a regression takes them: features, true units and people, and what estimates err by.
struct MotionRows {
  private(set) var features: [[Double]] = []
  private(set) var units: [[Double]] = []
  /// How far the mouth is open, one number a row.
  private(set) var openings: [[Double]] = []
  /// Who is on each picture; mirror images are of others.
  private var people: [Int] = []

  /// - Parameter mirror: adds the mirror image of each sample
  init(_ samples: MotionSamples, _ reader: MotionRegression, mirror: FaceMirror? = nil) {
    for sample in samples.samples {
      add(sample, 2 * sample.person, reader)
      if let mirror { add(mirror.mirrored(sample), 2 * sample.person + 1, reader) }
    }
  }

  private mutating func add(
    _ sample: MotionSamples.Sample, _ person: Int, _ reader: MotionRegression
  ) {
    features.append(reader.features(of: sample.landmarks))
    units.append(sample.units.map { Double($0) })
    openings.append([sample.landmarks.face.mouthOpening])
    people.append(person)
  }

  func estimates(_ regression: MotionRegression) -> [MotionRegression.Estimate] {
    features.map { regression.estimate(features: $0) }
  }

  /// Rows without the mean of each person's.
  func centered(_ rows: [[Double]]) -> [[Double]] {
    var sums: [Int: (row: [Double], count: Double)] = [:]
    for (person, row) in zip(people, rows) {
      var sum = sums[person] ?? (row.map { _ in 0 }, 0)
      for index in row.indices { sum.row[index] += row[index] }
      sums[person] = (sum.row, sum.count + 1)
    }
    return zip(people, rows).map { person, row in
      guard let sum = sums[person] else { return row }
      return zip(row, sum.row).map { $0 - $1 / sum.count }
    }
  }

  /// Of a unit over all pictures.
  func correlation(_ unit: Int, _ estimates: [MotionRegression.Estimate]) -> Double {
    MotionFit.correlation(units.map { $0[unit] }, estimates.map { Double($0.units[unit]) })
  }

  /// What each person's pictures differ by, and what is found of it.
  func changes(_ unit: Int, _ estimates: [MotionRegression.Estimate]) -> MotionChanges {
    MotionChanges(
      truth: centered(units.map { [$0[unit]] }).map { $0[0] },
      found: centered(estimates.map { [Double($0.changes[unit])] }).map { $0[0] })
  }

  /// Mean absolute error of a unit, held in its range.
  func error(
    _ unit: Int, _ estimates: [MotionRegression.Estimate], _ range: ClosedRange<Float>
  ) -> Double {
    let errors = zip(units, estimates).map { truth, estimate in
      abs(truth[unit] - Double(min(max(estimate.units[unit], range.lowerBound), range.upperBound)))
    }
    return errors.reduce(0, +) / Double(max(errors.count, 1))
  }

  /// The standard deviation over people of the mean error of each.
  func spread(_ unit: Int, _ estimates: [MotionRegression.Estimate]) -> Float {
    var errors: [Int: [Double]] = [:]
    for (index, estimate) in estimates.enumerated() {
      errors[people[index], default: []].append(Double(estimate.units[unit]) - units[index][unit])
    }
    let means = errors.sorted { $0.key < $1.key }.map { person in
      person.value.reduce(0, +) / Double(person.value.count)
    }
    let square = means.reduce(0) { $0 + $1 * $1 } / Double(max(means.count, 1))
    return Float(square.squareRoot())
  }
}
