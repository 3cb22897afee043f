import Heads
import Stages
import Testing

@Suite struct MotionResponseTests {
  /// A jaw opens the mouth by 0.2, round lips by half of that, and nothing else does.
  private let units: [Float] = MotionUnit.allCases.map {
    $0 == .jawOpen ? 0.2 : $0 == .lipsRound ? 0.1 : 0
  }

  private func change(jaw: Float, round: Float = 0) -> [Float] {
    var result = [Float](repeating: 0, count: 32)
    (result[0], result[2]) = (jaw, round)
    return result
  }

  /// The response of a face whose lips are `rest` apart when nothing moves and `drawn` of what heads' lips would be
  /// apart otherwise.
  private func response(
    to changes: [[Float]], rest: Double = 0.01, _ drawn: (Double) -> Double
  ) -> MotionResponse {
    MotionResponse(openings: units, to: changes) { moved in
      moved.map { rest + drawn(Double($0[0] * 0.1 + $0[2] * 0.05)) }
    }
  }

  private func expect(_ found: [Float], _ wanted: [Float]) {
    for (found, wanted) in zip(found, wanted) { #expect(abs(found - wanted) < 1e-4) }
    #expect(found.count == wanted.count)
  }

  @Test func aMouthThatOpensAsHeadsDoIsLeftAlone() {
    let response = response(to: [change(jaw: 1), change(jaw: 0.4, round: 0.5)]) { $0 }
    expect(response.gains, [1, 1])
    expect(response.amplified(change(jaw: 0.7)), change(jaw: 0.7))
  }

  @Test func theGainIsWhatReachesTheOpening() {
    // Half as far: 2. Lips that part late, by twice of what is beyond 0.08: 0.1 is reached at 0.13, between 1 and 1.5 times.
    expect(response(to: [change(jaw: 1)]) { $0 / 2 }.gains, [2])
    expect(response(to: [change(jaw: 1)]) { max($0 - 0.08, 0) * 2 }.gains, [1.3])
    // And less than a quarter as far: the most that is tried.
    expect(response(to: [change(jaw: 1)]) { $0 / 5 }.gains, [2])
  }

  @Test func aMouthThatOpensTooFarIsHeldBackToAHalf() {
    expect(response(to: [change(jaw: 1)]) { $0 * 1.25 }.gains, [0.8])
    expect(response(to: [change(jaw: 1)]) { $0 * 5 }.gains, [0.5])
  }

  @Test func moreIsOnlyTakenWhereMoreIsSeen() {
    // At most 0.06 is seen, of 0.1; the second time 0.075 with 1.5 times, and nothing with twice.
    expect(response(to: [change(jaw: 1)]) { min($0, 0.06) }.gains, [1])
    expect(response(to: [change(jaw: 1)]) { $0 > 0.19 ? 0 : $0 / 2 }.gains, [1.5])
  }

  @Test func lipsThatArePartedAtRestHaveLessToOpen() {
    // Lips that touch are 0.03 apart at most: of 0.06 at rest 0.03 are open, and 0.1 asks for 0.07 more.
    expect(response(to: [change(jaw: 1)], rest: 0.06) { $0 }.gains, [0.7])
    expect(response(to: [change(jaw: 0.2)], rest: 0.06) { $0 }.gains, [0.5])
    expect(response(to: [change(jaw: 1)], rest: 0.03) { $0 }.gains, [1])
  }

  @Test func motionsOfClosedLipsAreNotMeasured() {
    var asked = 0
    let response = MotionResponse(openings: units, to: [change(jaw: 0.05), change(jaw: 0)]) {
      asked += $0.count
      return $0.map { _ in 0 }
    }
    #expect(asked == 0)
    expect(response.amplified(change(jaw: 0.05)), change(jaw: 0.05))
  }

  @Test func atMostSixteenMotionsAreMeasuredTheWidestFirst() {
    let changes = (1...100).map { change(jaw: Float($0) / 50) }
    let response = response(to: changes) { $0 }
    #expect(response.motions.count == 16)
    #expect(response.motions[0] == changes[99])
    // Each halves what is left: of 15 gaps between 0.12 and 2 one is not halved.
    let jaws = response.motions.map { $0[0] }.sorted()
    #expect(zip(jaws, jaws.dropFirst()).allSatisfy { $1 - $0 < 0.26 })
    #expect(jaws[0] < 0.13)
  }

  @Test func aFaceThatIsNotFoundChangesNothing() {
    let lost = MotionResponse(openings: units, to: [change(jaw: 1)]) { $0.map { _ in nil } }
    expect(lost.gains, [1])
    let half = MotionResponse(openings: units, to: [change(jaw: 1), change(jaw: 2)]) { moved in
      moved.map { $0[0] == 1 ? nil : Double($0[0] * 0.05) }
    }
    expect(half.gains, [2, 1])
  }

  @Test func otherMotionsTakeTheGainsOfThoseLikeThem() {
    // Jaws open half as far, round lips as they should.
    let changes = [change(jaw: 2), change(jaw: 0, round: 2)]
    let response = MotionResponse(openings: units, to: changes) { moved in
      moved.map { Double($0[0] * 0.05 + $0[2] * 0.05) }
    }
    expect(response.gains, [2, 1])
    expect([response.amplified(change(jaw: 1.9))[0]], [3.8])
    expect([response.amplified(change(jaw: 0, round: 1.9))[2]], [1.9])
  }

  @Test func onlyWhatOpensTheMouthIsMultiplied() {
    let response = response(to: [change(jaw: 1)]) { $0 / 2 }
    var moved = [Float](repeating: 0.5, count: 32)
    (moved[0], moved[2], moved[4]) = (1, 2, -0.5)
    moved = response.amplified(moved)
    #expect(moved[0] == 2 && moved[2] == 4 && moved[7] == 1 && moved[8] == 1)
    #expect([1, 3, 5, 6, 9, 15, 16, 23, 31].allSatisfy { moved[$0] == 0.5 } && moved[4] == -0.5)
  }
}
