import Faces
import Testing

@Suite struct MouthCalibrationTests {
  /// The jaw opens the mouth by 0.2 and round lips by 0.1, and is known half as well.
  private let calibration = MouthCalibration(
    MotionRegression.Model(
      units: ["jawOpen", "lipsRound", "browDown"], mean: [], deviation: [], weights: [], bias: [],
      changes: [], openings: [0.2, 0.1, 0], errors: [0.2, 0.1, 0.3], lower: [0, 0, 0],
      upper: [1, 1, 1], spread: []))

  private func opened(_ units: [Double], _ mouth: Double) -> [Double] {
    // Nine closed mouths before it say how far lips that touch are apart.
    let closed = [Double](repeating: 0.02, count: 9)
    let columns = units.map { [Double](repeating: 0, count: 9) + [$0] }
    return calibration.opened(columns, as: closed + [mouth + 0.02]).map { $0[9] }
  }

  private func opening(_ units: [Double]) -> Double { 0.2 * units[0] + 0.1 * units[1] }

  @Test func whatIsMissingGoesToWhatOpensMostAndIsKnownLeast() {
    // The weights a e² are 0.008 and 0.001, so that k is 0.008 / 0.0017 and 0.001 / 0.0017.
    let found = opened([0.3, 0.3, 0.4], 0.107)
    #expect(abs(found[0] - (0.3 + 0.017 * 0.008 / 0.0017)) < 1e-6)
    #expect(abs(found[1] - (0.3 + 0.017 * 0.001 / 0.0017)) < 1e-6)
    #expect(found[2] == 0.4)
    #expect(abs(opening(found) - 0.107) < 1e-6)
  }

  @Test func aMouthThatIsShutIsShut() {
    #expect(opened([0.2, 0.3, 0], 0)[0] == 0)
    #expect(opening(opened([0.2, 0.3, 0], 0)) < 1e-6)
  }

  @Test func whatIsBeyondARangeIsGivenToTheOthers() {
    let found = opened([0.9, 0.1, 0], 0.26)
    #expect(found[0] == 1)
    #expect(abs(opening(found) - 0.26) < 1e-6)
    #expect(opened([0, 0, 0], 0.9) == [1, 1, 0])
  }

  @Test func aMouthThatIsAlwaysOpenIsOpen() {
    let columns = [[Double](repeating: 0.2, count: 10), [Double](repeating: 0, count: 10), []]
    let found = calibration.opened(
      [columns[0], columns[1], columns[1]], as: [Double](repeating: 0.14, count: 10))
    // 0.04 of it could be lips that touch.
    #expect(abs(opening(found.map { $0[4] }) - 0.1) < 1e-6)
  }
}
