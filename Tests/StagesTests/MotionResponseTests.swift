import Foundation
import Stages
import Testing

@Suite struct MotionResponseTests {
  /// Openings of ``MotionResponse/drops``: 0.5, 1, 1.5, 2 and 2.5.
  private func gains(_ before: Double?, _ after: [Double?]) -> [Float] {
    MotionResponse(before: before, after: after).gains
  }

  private func expect(_ found: [Float], _ wanted: [Float]) {
    for (found, wanted) in zip(found, wanted) { #expect(abs(found - wanted) < 1e-5) }
    #expect(found.count == wanted.count)
  }

  @Test func aMouthThatOpensInProportionIsLeftAlone() {
    expect(gains(0.2, [0.05, 0.1, 0.15, 0.2, 0.25]), [1, 1, 1, 1, 1])
    // One that opens too far is not held back.
    expect(gains(0.2, [0.1, 0.2, 0.3, 0.4, 0.5]), [1, 1, 1, 1, 1])
  }

  @Test func theGainIsWhatReachesTheOpeningInProportion() {
    // Half as far: 0.05 at 1, 0.1 at 2. Beyond a full drop no more is wanted than by it.
    expect(gains(0.2, [0.025, 0.05, 0.075, 0.1, 0.125]), [2, 2, 2, 2, 2])
    // Lips that part late: 0.05 lies between 1 and 1.5, 0.1 between 1.5 and 2, 0.15 too.
    expect(
      gains(0.2, [0.01, 0.02, 0.08, 0.2, 0.2]),
      [2, (1.5 + 0.5 / 6), 1 + 0.5 * 7 / 12 / 1.5, 1, 1])
  }

  @Test func openingsThatWaverCountAsTheLargestBefore() {
    expect(gains(0.2, [0.05, 0.1, 0.05, 0.2, 0.1]), [1, 1, 1 + 1 / 6, 1, 1])
  }

  @Test func aFaceThatIsNotFoundChangesNothing() {
    let one: [Float] = [1, 1, 1, 1, 1]
    expect(gains(nil, [0, 0, 0, 0.1, 0.1]), one)
    expect(gains(0.2, [0, 0, nil, 0.1, 0.1]), one)
    expect(gains(0.03, [0, 0, 0, 0.01, 0.01]), one)
  }

  @Test func lipsThatArePartedAtRestHaveLessToOpen() {
    // A drop of 1 is the full one: 0.1 is wanted at 0.5, and 0.2 from 1 on.
    let response = MotionResponse(before: 0.2, after: [0.05, 0.1, 0.15, 0.2, 0.25], full: 1)
    expect(response.gains, [2, 2, 2 / 1.5, 1, 1])
  }

  @Test func onlyWhatOpensTheMouthIsAmplified() {
    let response = MotionResponse(before: 0.2, after: [0.025, 0.05, 0.075, 0.1, 0.125])
    var change = [Float](repeating: 0.5, count: 32)
    (change[0], change[2], change[4]) = (1, 2, -0.5)
    let moved = response.amplified(change)
    #expect(moved[0] == 2 && moved[2] == 4 && moved[7] == 1 && moved[8] == 1)
    #expect([1, 3, 5, 6, 9, 15, 16, 23, 31].allSatisfy { moved[$0] == 0.5 } && moved[4] == -0.5)
  }

  @Test func betweenDropsTheGainIsBetweenTheirs() {
    // Gains 2 at 0.5 and 1 at 1 and beyond.
    let response = MotionResponse(before: 0.2, after: [0, 0.1, 0.15, 0.2, 0.25])
    #expect(response.gains[1] == 1)
    let first = response.gains[0]
    var change = [Float](repeating: 0, count: 32)
    change[0] = 0.75
    #expect(abs(response.amplified(change)[0] - 0.75 * (first + 1) / 2) < 1e-5)
    change[0] = 0.25
    #expect(abs(response.amplified(change)[0] - 0.25 * first) < 1e-5)
  }
}
