import Pipeline

extension Inversion {
  /// Shows the loss of each step, phase by phase: tuning counts more into it than fitting does.
  ///
  /// Steps that an earlier run did, before its checkpoint, are not among them.
  /// - Parameter losses: steps, from 1, and their losses
  func show(_ losses: [(x: Double, y: Double)], in context: RunContext) {
    guard !losses.isEmpty else { return }
    let (first, second) = (Double(styleSteps), Double(styleSteps + extendedSteps))
    let phases = [
      ("one style", losses.filter { $0.x <= first }),
      ("a style a layer", losses.filter { first < $0.x && $0.x <= second }),
      ("tuning", losses.filter { second < $0.x }),
    ]
    let series = phases.filter { !$0.1.isEmpty }
      .map { Exhibit.Plot.Series($0.0, $0.1).thinned(to: 240) }
    context.show(.plot(Exhibit.Plot("Loss", across: "step", unit: "", series)))
  }
}
