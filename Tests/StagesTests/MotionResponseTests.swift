import Foundation
import Heads
import Stages
import Testing

@Suite struct MotionResponseTests {
  /// A jaw opens the mouth by 0.2, round lips by half of that, and nothing else does.
  private let units: [Float] = MotionUnit.allCases.map {
    $0 == .jawOpen ? 0.2 : $0 == .lipsRound ? 0.1 : 0
  }

  /// Drawn openings of ``MotionResponse/drops``: 0.5, 1, 1.5, 2 and 2.5.
  private func response(_ drawn: [Double?], full: Float = MotionUnit.inCode) -> MotionResponse {
    let drawn = drawn.map { $0.map { Double(Float($0)) } }
    return MotionResponse(openings: units, drawn: drawn, full: full)
  }

  private func expect(_ found: [Float], _ wanted: [Float]) {
    for (found, wanted) in zip(found, wanted) { #expect(abs(found - wanted) < 1e-5) }
    #expect(found.count == wanted.count)
  }

  @Test func aMouthThatOpensAsHeadsDoIsLeftAlone() {
    expect(response([0.05, 0.1, 0.15, 0.2, 0.25]).gains, [1, 1, 1, 1, 1])
  }

  @Test func aMouthThatOpensTooFarIsHeldBackToAHalf() {
    expect(response([0.08, 0.16, 0.24, 0.32, 0.4]).gains, [0.625, 0.625, 0.625, 0.625, 0.625])
    expect(response([0.2, 0.4, 0.6, 0.8, 1]).gains, [0.5, 0.5, 0.5, 0.5, 0.5])
  }

  @Test func theGainIsWhatReachesTheOpening() {
    // Half as far: 0.05 at 1, 0.1 at 2. Beyond a full drop the gain stays.
    expect(response([0.025, 0.05, 0.075, 0.1, 0.125]).gains, [2, 2, 2, 2, 2])
    // Lips that part late: 0.05 lies between 1 and 1.5, 0.1 between 1.5 and 2, 0.15 too.
    expect(
      response([0.01, 0.02, 0.08, 0.2, 0.2]).gains,
      [2, (1.5 + 0.5 / 6), 1 + 0.5 * 7 / 12 / 1.5, 1, 1])
  }

  @Test func openingsThatWaverCountAsTheLargestBefore() {
    expect(response([0.05, 0.1, 0.05, 0.2, 0.1]).gains, [1, 1, 1 + 1 / 6, 1, 1])
  }

  @Test func aFaceThatIsNotFoundChangesNothing() {
    expect(response([0, 0, nil, 0.1, 0.1]).gains, [1, 1, 1, 1, 1])
  }

  @Test func lipsThatArePartedAtRestHaveLessToOpen() {
    // A drop of 1 is the full one: 0.05 is wanted at 0.5, 0.1 at 1, and the same gain beyond.
    let gains = response([0.025, 0.05, 0.075, 0.1, 0.125], full: 1).gains
    expect(gains, [2, 2, 2, 2, 2])
  }

  @Test func onlyWhatOpensTheMouthIsMultiplied() {
    let response = response([0.025, 0.05, 0.075, 0.1, 0.125])
    var change = [Float](repeating: 0.5, count: 32)
    (change[0], change[2], change[4]) = (1, 2, -0.5)
    let moved = response.amplified(change)
    #expect(moved[0] == 2 && moved[2] == 4 && moved[7] == 1 && moved[8] == 1)
    #expect([1, 3, 5, 6, 9, 15, 16, 23, 31].allSatisfy { moved[$0] == 0.5 } && moved[4] == -0.5)
  }

  @Test func betweenDropsTheGainIsBetweenTheirs() {
    // Gains 2 at 0.5 and 1 at 1 and beyond; round lips count as half of a drop.
    let response = response([0, 0.1, 0.15, 0.2, 0.25])
    #expect(response.gains[1] == 1)
    let first = response.gains[0]
    for (jaw, round) in [(0.75, 0), (0.5, 0.5)] as [(Float, Float)] {
      var change = [Float](repeating: 0, count: 32)
      (change[0], change[2]) = (jaw, round)
      let moved = response.amplified(change)
      #expect(abs(moved[0] - jaw * (first + 1) / 2) < 1e-5)
      #expect(abs(moved[2] - round * (first + 1) / 2) < 1e-5)
    }
    var change = [Float](repeating: 0, count: 32)
    change[0] = 0.25
    #expect(abs(response.amplified(change)[0] - 0.25 * first) < 1e-5)
  }
}
