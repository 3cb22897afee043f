import Faces
import Foundation
import Heads

/// Fits the regression from landmarks to motion units, and judges it on other people.
///
/// Two ridge regressions: of units on features, and of what units differ by from the mean of their person on what
/// features do. Each has the penalty with the best correlations on people who are not learned from. Mirror images count
/// as further people.
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

  /// Real faces differ more from rendered ones than these from each other: changes have larger penalties than
  /// rendered people ask for.
  private static let penalties = (
    units: [1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1], changes: [1e-2, 3e-2, 0.1]
  )

  /// - Parameter judging: samples of people who are not in `training`
  /// - Returns: nil where there are too few samples to fit to
  public init?(
    training: MotionSamples, judging: [MotionSamples.Expressions: MotionSamples]
  ) throws {
    let units = MotionUnit.allCases
    let framing = try HeadFraming()
    let empty = MotionRegression.Model(
      units: units.map { "\($0)" }, mean: [], deviation: [], weights: [], bias: [], changes: [],
      lower: units.map(\.range.lowerBound), upper: units.map(\.range.upperBound), spread: [])
    let reader = MotionRegression(empty, framing: framing)
    let rows = MotionRows(training, reader, mirror: FaceMirror(framing.solver.face))
    let judged = judging.mapValues { MotionRows($0, reader) }

    /// The model of the penalty whose estimates correlate best with the truth.
    func best(
      _ penalties: [Double], _ inputs: [[Double]], _ outputs: [[Double]],
      model: (RidgeRegression.Fit) -> MotionRegression.Model,
      correlation: (MotionRows, Int, [MotionRegression.Estimate]) -> Double
    ) -> (model: MotionRegression.Model, penalty: Double)? {
      guard let width = inputs.first?.count else { return nil }
      var sums = RidgeRegression(features: width, targets: units.count)
      for (input, output) in zip(inputs, outputs) { sums.add(input, output) }
      let fits = penalties.compactMap { penalty in
        sums.fit(penalty: penalty).map { (model: model($0), penalty: penalty) }
      }
      func mean(_ model: MotionRegression.Model) -> Double {
        let regression = MotionRegression(model, framing: framing)
        return judged.values.reduce(0) { sum, rows in
          let estimates = rows.estimates(regression)
          return sum + units.reduce(0) { $0 + correlation(rows, $1.rawValue, estimates) }
        }
      }
      return fits.map { ($0, mean($0.model)) }.max { $0.1 < $1.1 }?.0
    }

    let people = best(
      Self.penalties.units, rows.features, rows.units,
      model: { fit in
        var model = empty
        model.mean = fit.mean.map { Float($0) }
        model.deviation = fit.deviation.map { Float($0) }
        model.weights = fit.weights.map { Float($0) }
        model.bias = fit.bias.map { Float($0) }
        model.changes = model.weights.map { _ in 0 }
        return model
      }, correlation: { $0.correlation($1, $2) })
    guard let people else { return nil }
    let standard = MotionRegression(people.model, framing: framing)
    let changes = best(
      Self.penalties.changes,
      rows.centered(rows.features.map { standard.standardized($0).map { Double($0) } }),
      rows.centered(rows.units),
      model: { fit in
        var model = people.model
        model.changes = fit.weights.enumerated().map { index, weight in
          Float(weight / fit.deviation[index / units.count])
        }
        return model
      }, correlation: { $0.changes($1, $2).correlation })
    guard let changes else { return nil }

    var model = changes.model
    let acted = judged[.acted].map {
      ($0, $0.estimates(MotionRegression(changes.model, framing: framing)))
    }
    model.spread = units.map { unit in acted.map { $0.spread(unit.rawValue, $1) } ?? 0 }
    let regression = MotionRegression(model, framing: framing)
    self.regression = regression
    penalty = (people.penalty, changes.penalty)
    scores = judged.mapValues { rows in
      let estimates = rows.estimates(regression)
      return units.map { unit in
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
