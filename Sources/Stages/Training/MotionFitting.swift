import Faces
import Heads

/// The steps of a ``MotionFit``.
struct MotionFitting {
  typealias Model = MotionRegression.Model

  /// Samples of other people.
  let judged: [MotionSamples.Expressions: MotionRows]
  private let rows: MotionRows
  private let framing: HeadFraming
  private let empty: Model

  /// Real faces differ more from rendered ones than these from each other: changes have larger penalties than
  /// rendered people ask for.
  private static let penalties = (
    units: [1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1], changes: [1e-2, 3e-2, 0.1]
  )
  /// What is enlarged more is mostly noise.
  private static let most = 1.75

  init(training: MotionSamples, judging: [MotionSamples.Expressions: MotionSamples]) throws {
    let units = MotionUnit.allCases
    let framing = try HeadFraming()
    let empty = Model(
      units: units.map { "\($0)" }, mean: [], deviation: [], weights: [], bias: [], changes: [],
      openings: [], errors: [], lower: units.map(\.range.lowerBound),
      upper: units.map(\.range.upperBound), spread: [])
    let reader = MotionRegression(empty, framing: framing)
    (self.framing, self.empty) = (framing, empty)
    rows = MotionRows(training, reader, mirror: FaceMirror(framing.solver.face))
    judged = judging.mapValues { MotionRows($0, reader) }
  }

  func regression(_ model: Model) -> MotionRegression { MotionRegression(model, framing: framing) }

  /// The regression over people.
  func people() -> (model: Model, penalty: Double)? {
    best(Self.penalties.units, rows.features, rows.units) { fit in
      var model = empty
      model.mean = fit.mean.map { Float($0) }
      model.deviation = fit.deviation.map { Float($0) }
      model.weights = fit.weights.map { Float($0) }
      model.bias = fit.bias.map { Float($0) }
      model.changes = model.weights.map { _ in 0 }
      return model
    } correlation: {
      $0.correlation($1, $2)
    }
  }

  /// The same model with the regression within people.
  func changes(_ model: Model) -> (model: Model, penalty: Double)? {
    let reader = regression(model)
    let features = rows.features.map { reader.standardized($0).map { Double($0) } }
    return best(Self.penalties.changes, rows.centered(features), rows.centered(rows.units)) { fit in
      var model = model
      let units = model.units.count
      model.changes = fit.weights.enumerated().map { Float($1 / fit.deviation[$0 / units]) }
      return model
    } correlation: {
      $0.changes($1, $2).correlation
    }
  }

  /// The same model with what else is known of its units; its changes are enlarged.
  func measured(_ model: Model) -> Model? {
    var sums = RidgeRegression(features: model.units.count, targets: 1)
    for (units, opening) in zip(rows.centered(rows.units), rows.centered(rows.openings)) {
      sums.add(units, opening)
    }
    guard let openings = sums.fit(penalty: 1e-4) else { return nil }
    var model = model
    model.openings = zip(openings.weights, openings.deviation).map { Float($0 / $1) }
    let found = regression(model)
    let estimates = judged.mapValues { $0.estimates(found) }
    var factors: [Float] = []
    for unit in model.units.indices {
      var changes = MotionChanges(truth: [], found: [])
      for kind in MotionSamples.Expressions.allCases {
        guard let rows = judged[kind], let estimates = estimates[kind] else { continue }
        changes.append(rows.changes(unit, estimates))
      }
      let factor = min(max(changes.ratio, 1), Self.most)
      factors.append(Float(factor))
      model.errors.append(Float(changes.error(factor)))
      if let rows = judged[.acted], let estimates = estimates[.acted] {
        model.spread.append(rows.spread(unit, estimates))
      } else {
        model.spread.append(0)
      }
    }
    model.changes = model.changes.enumerated().map { $1 * factors[$0 % factors.count] }
    return model
  }

  /// The model of the penalty whose estimates of other people correlate best with the truth.
  private func best(
    _ penalties: [Double], _ inputs: [[Double]], _ outputs: [[Double]],
    model: (RidgeRegression.Fit) -> Model,
    correlation: (MotionRows, Int, [MotionRegression.Estimate]) -> Double
  ) -> (model: Model, penalty: Double)? {
    guard let input = inputs.first, let output = outputs.first else { return nil }
    var sums = RidgeRegression(features: input.count, targets: output.count)
    for (input, output) in zip(inputs, outputs) { sums.add(input, output) }
    func mean(_ model: Model) -> Double {
      let regression = regression(model)
      return MotionSamples.Expressions.allCases.compactMap { judged[$0] }.reduce(0) { sum, rows in
        let estimates = rows.estimates(regression)
        return sum + model.units.indices.reduce(0) { $0 + correlation(rows, $1, estimates) }
      }
    }
    let fits = penalties.compactMap { penalty in
      sums.fit(penalty: penalty).map { (model: model($0), penalty: penalty) }
    }
    return fits.map { ($0, mean($0.model)) }.max { $0.1 < $1.1 }?.0
  }
}
