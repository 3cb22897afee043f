import Foundation
import Stages
import Testing

@Suite struct MotionResponseTests {
  @Test(arguments: [
    (0.2, 0.1, 2), (0.15, 0.1, 1.5), (0.2, 0.3, 1), (0.2, 0.02, 2), (0.2, -0.1, 2), (0.03, 0.01, 1),
  ])
  func theGainIsWhatTuningTook(_ before: Double, _ after: Double, _ gain: Float) {
    #expect(abs(MotionResponse(before: before, after: after).gain - gain) < 1e-5)
  }

  @Test func aFaceThatIsNotFoundChangesNothing() {
    #expect(MotionResponse(before: nil, after: 0.1).gain == 1)
    #expect(MotionResponse(before: 0.2, after: nil).gain == 1)
  }

  @Test func onlyWhatOpensTheMouthIsAmplifiedAndNoFurtherThanTheLimit() {
    var change = [Float](repeating: 0.5, count: 32)
    (change[0], change[2], change[8]) = (1, 2, 4)
    change[4] = -0.5
    let moved = MotionResponse(before: 0.2, after: 0.1).amplified(change)
    // The jaw, round lips as far as may be, a lower lip that is beyond it already.
    #expect(moved[0] == 2 && moved[2] == 3 && moved[8] == 4)
    #expect(moved[7] == 1 && moved[4] == -0.5)
    #expect([1, 3, 5, 6, 9, 15, 16, 23, 31].allSatisfy { moved[$0] == 0.5 })
  }
}
