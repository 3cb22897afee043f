import Faces
import Foundation
import Heads

/// Fits the regression from landmarks to motion units, and judges it on other people.
public struct MotionFit: Sendable {
  /// How well the estimates of one unit agree with the truth.
  public struct Score: Sendable {
    public let unit: MotionUnit
    public let correlation: Double
    /// Mean absolute error.
    public let error: Double
  }

  public private(set) var regression: MotionRegression
  /// The chosen one of the penalties.
  public let penalty: Double
  public private(set) var scores: [MotionSamples.Expressions: [Score]]

  /// What has to be told apart of all samples: features, truth, person.
  private struct Row {
    let features: [Double]
    let units: [Float]
    let person: Int
  }

  /// Mirror images count as further samples.
  /// - Parameters:
  ///   - judging: samples of people who are not in `training`; they choose the penalty
  public init?(
    training: MotionSamples, judging: [MotionSamples.Expressions: MotionSamples],
    penalties: [Double] = [1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1]
  ) throws {
    let units = MotionUnit.allCases
    let framing = try HeadFraming()
    let mirror = FaceMirror(framing.solver.face)
    let empty = MotionRegression.Model(
      units: units.map { "\($0)" }, mean: [], deviation: [], weights: [], bias: [],
      lower: units.map(\.range.lowerBound), upper: units.map(\.range.upperBound), spread: [])
    let reader = MotionRegression(empty, framing: framing)
    var sums: RidgeRegression?
    for sample in training.samples {
      for sample in [sample, mirror.mirrored(sample)] {
        let features = reader.features(of: sample.landmarks)
        if sums == nil { sums = RidgeRegression(features: features.count, targets: units.count) }
        sums?.add(features, sample.units.map { Double($0) })
      }
    }
    let rows = judging.mapValues { judged in
      judged.samples.map {
        Row(features: reader.features(of: $0.landmarks), units: $0.units, person: $0.person)
      }
    }
    regression = reader
    scores = [:]
    var bestMean = -Double.infinity
    var bestPenalty: Double?
    for penalty in penalties {
      guard let fit = sums?.fit(penalty: penalty) else { continue }
      var model = empty
      model.mean = fit.mean.map { Float($0) }
      model.deviation = fit.deviation.map { Float($0) }
      model.weights = fit.weights.map { Float($0) }
      model.bias = fit.bias.map { Float($0) }
      let regression = MotionRegression(model, framing: framing)
      let estimates = rows.mapValues { rows in
        rows.map { regression.estimate(features: $0.features) }
      }
      model.spread = units.map { Self.spread($0.rawValue, rows[.acted], estimates[.acted]) }
      let scores = rows.reduce(
        into: [MotionSamples.Expressions: [Score]]()
      ) { scores, entry in
        scores[entry.key] = units.map {
          Self.score($0, entry.value, estimates[entry.key] ?? [], model)
        }
      }
      let all = scores.values.flatMap { $0.map(\.correlation) }
      let mean = all.reduce(0, +) / Double(max(all.count, 1))
      if mean > bestMean {
        (bestMean, bestPenalty) = (mean, penalty)
        self.regression = MotionRegression(model, framing: framing)
        self.scores = scores
      }
    }
    guard let bestPenalty else { return nil }
    penalty = bestPenalty
  }

  private static func score(
    _ unit: MotionUnit, _ rows: [Row], _ estimates: [[Float]], _ model: MotionRegression.Model
  ) -> Score {
    let index = unit.rawValue
    let truth = rows.map { Double($0.units[index]) }
    let found = estimates.map {
      Double(min(max($0[index], model.lower[index]), model.upper[index]))
    }
    let error = zip(truth, found).reduce(0) { $0 + abs($1.0 - $1.1) } / Double(max(rows.count, 1))
    return Score(unit: unit, correlation: correlation(truth, found), error: error)
  }

  /// The standard deviation over people of the mean error of each.
  private static func spread(_ unit: Int, _ rows: [Row]?, _ estimates: [[Float]]?) -> Float {
    var errors: [Int: [Float]] = [:]
    for (row, estimate) in zip(rows ?? [], estimates ?? []) {
      errors[row.person, default: []].append(estimate[unit] - row.units[unit])
    }
    let means = errors.sorted { $0.key < $1.key }.map { person in
      person.value.reduce(0, +) / Float(person.value.count)
    }
    return (means.reduce(0) { $0 + $1 * $1 } / Float(max(means.count, 1))).squareRoot()
  }

  /// Pearson's coefficient; 0 where one side is constant.
  public static func correlation(_ a: [Double], _ b: [Double]) -> Double {
    let count = Double(max(a.count, 1))
    let (meanA, meanB) = (a.reduce(0, +) / count, b.reduce(0, +) / count)
    var (ab, aa, bb) = (0.0, 0.0, 0.0)
    for (x, y) in zip(a, b) {
      ab += (x - meanA) * (y - meanB)
      aa += (x - meanA) * (x - meanA)
      bb += (y - meanB) * (y - meanB)
    }
    return aa > 0 && bb > 0 ? ab / (aa * bb).squareRoot() : 0
  }
}
