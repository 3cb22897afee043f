import Stages
import Testing

@Suite struct FlowFieldTests {
  private let side = 16

  /// The middle of a cell in -1...1.
  private func place(_ column: Int, _ row: Int) -> SIMD2<Float> {
    SIMD2(Float(column) * 2 + 1, Float(row) * 2 + 1) / Float(side) - 1
  }

  @Test func evenGrowthIsFoundFromAllAmounts() {
    var field = FlowField(side: side)
    for row in 0..<side {
      for column in 0..<side {
        for amount: Float in [0.5, 1, -1] {
          field.add(SIMD2(0.2, -0.1) * amount, at: place(column, row), amount: amount)
        }
      }
    }
    // In the middle: at the border the zero beyond it counts as well.
    let flow = field.filled(fidelity: 1000)[8 * side + 8]
    #expect(abs(flow.x - 0.2) < 1e-5)
    #expect(abs(flow.y + 0.1) < 1e-5)
  }

  @Test func aGapComesFromWhereItsSidesMet() {
    // As lips that part: what is above row 10 stays, what is below row 5 has come down by four cells.
    let cell = 2 / Float(side)
    var field = FlowField(side: side)
    for row in 0..<side where !(6..<10).contains(row) {
      for column in 0..<side {
        field.add(SIMD2(0, row < 6 ? 4 * cell : 0), at: place(column, row), amount: 1)
      }
    }
    let flow = field.filled(fidelity: 1000)
    for row in 6..<10 {
      let origin = (Float(row) + flow[row * side + 8].y / cell)
      // Rows 5 + 4 and 10 are the edges of the closed lips.
      #expect((8.9...10.1).contains(origin), "\(origin)")
    }
  }

  @Test func placesOutsideAddNothing() {
    var field = FlowField(side: side)
    field.add(SIMD2(1, 1), at: SIMD2(1.01, 0), amount: 1)
    field.add(SIMD2(1, 1), at: SIMD2(0, -1.01), amount: 1)
    #expect(field.filled().allSatisfy { $0 == .zero })
  }
}
