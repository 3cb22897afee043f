import Faces
import Testing

@Suite struct MotionCalibrationTests {
  /// Two units: one unipolar, one bipolar.
  private let model = MotionRegression.Model(
    units: ["smile", "jawSide"], mean: [], deviation: [], weights: [], bias: [0, 0], changes: [],
    openings: [], errors: [],
    lower: [0, -1], upper: [1, 1], spread: [0.1, 0.05])

  private func columns(_ rows: [[Float]]) -> [[Double]] {
    let lids = rows.map { _ in LidOpening(left: 0.3, right: 0.3) }
    let estimates = [0, 1].map { unit in rows.map { Double($0[unit]) } }
    let calibration = MotionCalibration(model, columns: estimates, lids: lids, outlines: lids)
    return [calibration.column(0), calibration.column(1)]
  }

  @Test func aShutEyeIsOneAndAnOpenOneZeroWhateverItsShape() {
    for open in [0.2, 0.45] {
      var openings = [Double](repeating: open, count: 40)
      openings[10] = 0.4 * open
      openings[11] = 0.65 * open
      openings[20] = 0.95 * open
      let blinks = MotionCalibration.blinks(openings)
      #expect(blinks[10] == 1)
      #expect(blinks[11] > 0.3 && blinks[11] < 0.7)
      #expect(blinks[20] < 0.05)
      #expect(blinks[0] == 0)
    }
  }

  @Test func lidsMoveTogetherUnlessAnOutlineWinks() {
    // Open, a turned head, a blink, a wink that the mesh halves, half a wink; the rest is open.
    let rest = [LidOpening](repeating: LidOpening(left: 1, right: 1), count: 20)
    func opening(_ left: Double, _ right: Double) -> LidOpening {
      // What `blinks` inverts: r of the shut part, where r² · 1.1 / (r + 0.1) is the blink.
      func open(_ blink: Double) -> Double {
        let r = (blink + (blink * blink + 0.44 * blink).squareRoot()) / 2.2
        return 1 - 0.58 * r
      }
      return LidOpening(left: open(left), right: open(right))
    }
    let lids = [(0, 0), (0.1, 0.3), (0.9, 0.7), (0.2, 0.6), (0.1, 0.4)].map(opening)
    let outlines = [(0, 0), (0.2, 0.5), (0.9, 0.8), (0, 0.9), (0.1, 0.7)].map(opening)
    let shut = MotionCalibration.blinks(lids + rest, outlines: outlines + rest)
    for (found, wanted) in zip(shut.left, [0, 0.1, 0.7, 0.2, 0.1]) {
      #expect(abs(found - wanted) < 1e-9)
    }
    for (found, wanted) in zip(shut.right, [0, 0.1, 0.7, 1, 0.55]) {
      #expect(abs(found - wanted) < 1e-9)
    }
  }

  @Test func lidsThatNeverMoveDoNotBlink() {
    let blinks = MotionCalibration.blinks([0.30, 0.31, 0.29, 0.30, 0.28, 0.30, 0.31, 0.30])
    #expect(blinks.allSatisfy { $0 < 0.1 })
  }

  @Test func whatAPersonAlwaysShowsIsTakenOutOfUnipolarUnits() {
    let values: [Float] = [0.15, 0.15, 0.15, 0.15, 0.15, 0.55, 0.65, 0.15, 0.15, 0.15, 0.15]
    let smile = columns(values.map { [$0, 0] })[0]
    #expect(abs(smile[0]) < 1e-6)
    #expect(abs(smile[6] - 0.5) < 1e-6)
  }

  @Test func noMoreIsTakenOutThanTheRegressionErrsBy() {
    let result = columns([[Float]](repeating: [0.6, 0.4], count: 12))
    #expect(abs(result[0][3] - 0.3) < 1e-6)
    #expect(abs(result[1][3] - 0.25) < 1e-6)
  }
}
