import Faces
import Foundation
import Heads

/// Fits the regression from landmarks to motion units, and judges it on other people.
///
/// Two ridge regressions: of units on features, and of what units differ by from the mean of their person on what
/// features do. Each has the penalty with the best correlations on people who are not learned from. Regressions give less
/// than they are asked for, the less the harder a unit is to see: changes are enlarged until they differ as much as the
/// truth does, to 1.75 times at most. Mirror images count as further people.
public struct MotionFit: Sendable {
  /// How well the estimates of one unit agree with the truth.
  public struct Score: Sendable {
    public let unit: MotionUnit
    /// Over all pictures.
    public let correlation: Double
    /// Mean absolute error.
    public let error: Double
    /// The correlation of what each person's pictures differ by.
    public let changes: Double
    /// How much of what they differ by is found.
    public let share: Double
  }

  public let regression: MotionRegression
  /// The chosen penalties.
  public let penalty: (units: Double, changes: Double)
  public let scores: [MotionSamples.Expressions: [Score]]

  /// - Parameter judging: samples of people who are not in `training`
  /// - Returns: nil where there are too few samples to fit to
  public init?(
    training: MotionSamples, judging: [MotionSamples.Expressions: MotionSamples]
  ) throws {
    let fitting = try MotionFitting(training: training, judging: judging)
    guard let people = fitting.people(), let changes = fitting.changes(people.model),
      let model = fitting.measured(changes.model)
    else { return nil }
    regression = fitting.regression(model)
    penalty = (people.penalty, changes.penalty)
    scores = fitting.judged.mapValues { [regression] rows in
      let estimates = rows.estimates(regression)
      return MotionUnit.allCases.map { unit in
        let changes = rows.changes(unit.rawValue, estimates)
        return Score(
          unit: unit, correlation: rows.correlation(unit.rawValue, estimates),
          error: rows.error(unit.rawValue, estimates, unit.range), changes: changes.correlation,
          share: changes.share)
      }
    }
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
