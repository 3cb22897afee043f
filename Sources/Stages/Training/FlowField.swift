/// A flow in the plane that is measured at scattered places.
///
/// A cell takes the mean of what falls into it. Cells that nothing falls into are filled so that the flow stays
/// smooth, and beyond the border it is 0.
package struct FlowField {
  package let side: Int
  private var sums: [SIMD2<Float>]
  private var weights: [Float]

  package init(side: Int) {
    self.side = side
    sums = Array(repeating: .zero, count: side * side)
    weights = Array(repeating: 0, count: side * side)
  }

  /// Adds a measurement of `amount` times the flow.
  /// - Parameter place: in -1...1 across the cells; nothing is added elsewhere
  package mutating func add(_ way: SIMD2<Float>, at place: SIMD2<Float>, amount: Float) {
    let cell = ((place + 1) * (0.5 * Float(side))).rounded(.down)
    guard (0..<Float(side)).contains(cell.x), (0..<Float(side)).contains(cell.y) else { return }
    let index = Int(cell.y) * side + Int(cell.x)
    sums[index] += way * amount
    weights[index] += amount * amount
  }

  /// The flow of all cells, row by row.
  /// - Parameters:
  ///   - fidelity: how much a well measured cell's own mean counts beside its four neighbors
  ///   - rounds: of relaxation
  package func filled(fidelity: Float = 4, rounds: Int = 1500) -> [SIMD2<Float>] {
    let means = zip(sums, weights).map { $1 > 0 ? $0 / $1 : .zero }
    let well = max(weights.max() ?? 0, .leastNormalMagnitude) / 4
    let pulls = weights.map { min(1, $0 / well) * fidelity }
    var flow = means
    for _ in 0..<rounds {
      for row in 0..<side {
        for column in 0..<side {
          let cell = row * side + column
          var around = SIMD2<Float>.zero
          if column > 0 { around += flow[cell - 1] }
          if column < side - 1 { around += flow[cell + 1] }
          if row > 0 { around += flow[cell - side] }
          if row < side - 1 { around += flow[cell + side] }
          flow[cell] = (around + means[cell] * pulls[cell]) / (4 + pulls[cell])
        }
      }
    }
    return flow
  }
}
