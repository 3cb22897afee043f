import Foundation
import Stages
import TestSupport
import Testing

@Suite struct SeriesMetricsTests {
  @Test func knownSeriesCorrelateAsComputedByHand() throws {
    #expect(SeriesMetrics.correlation([1, 2, 3, 4], [10, 20, 30, 40]) == 1)
    #expect(SeriesMetrics.correlation([1, 2, 3, 4], [4, 3, 2, 1]) == -1)
    // Deviations (-1, 0, 1) and (-1, 1, 0): 1 / √(2 · 2).
    let half = try #require(SeriesMetrics.correlation([1, 2, 3], [0, 2, 1]))
    #expect(abs(half - 0.5) < 1e-12)
  }

  @Test func pairsWithAGapAreLeftOut() {
    #expect(SeriesMetrics.correlation([1, nil, 2, 3, 9], [2, 100, 4, 6, nil]) == 1)
  }

  @Test func tooFewPairsOrNoChangeGiveNothing() {
    #expect(SeriesMetrics.correlation([1, 2], [1, 2]) == nil)
    #expect(SeriesMetrics.correlation([1, 1, 1], [1, 2, 3]) == nil)
  }
}

@Suite struct ClipMetricsTests {
  static func observation(_ value: Double, identity: [Double] = [0, 0]) -> FaceObservation {
    FaceObservation(
      mouthOpening: value, eyeOpening: -value, browHeight: 3 * value, yaw: 2 * value,
      identity: identity)
  }

  @Test func framesWithoutAFaceAreCountedAndLeftOut() {
    let a = [1, 2, 3, 4].map { Self.observation($0) }
    let b: [FaceObservation?] = [
      Self.observation(2, identity: [3, 4]), nil, Self.observation(6, identity: [0, 1]),
      Self.observation(8, identity: [0, 0]),
    ]
    let metrics = ClipMetrics(a, b, psnrs: [20, 30])
    #expect(metrics.frames == 4)
    #expect(metrics.facelessFrames == [0, 1])
    #expect(metrics.psnr == 25)
    #expect(metrics.identityDistance == 2)
    #expect(abs((metrics.mouthCorrelation ?? 0) - 1) < 1e-12)
    #expect(abs((metrics.yawCorrelation ?? 0) - 1) < 1e-12)
    #expect(abs((metrics.browCorrelation ?? 0) - 1) < 1e-12)
    #expect(abs((metrics.browDeviations[0] ?? 0) - 3 * 1.25.squareRoot()) < 1e-12)
    #expect(abs((metrics.browDeviations[1] ?? 0) - 3 * (56.0 / 9).squareRoot()) < 1e-12)
    // Yaws of 2, 6, 8 and 4, 12, 16 radians.
    #expect(abs((metrics.yawDifference ?? 0) * .pi / 180 - 16.0 / 3) < 1e-12)
    // Deviations of 1, 2, 3, 4 and of 2, 6, 8, each doubled.
    let deviations = metrics.yawDeviations.map { ($0 ?? 0) * .pi / 180 }
    #expect(abs(deviations[0] - 2 * 1.25.squareRoot()) < 1e-12)
    #expect(abs(deviations[1] - 2 * (56.0 / 9).squareRoot()) < 1e-12)
    #expect(metrics.text.hasSuffix("no face in 1 of 4 frames of the second video"))
  }

  @Test func whatIsNotKnownIsSaidToBe() {
    let metrics = ClipMetrics([nil], [nil], psnrs: [])
    #expect(metrics.psnr == nil)
    #expect(metrics.identityDistance == nil)
    #expect(metrics.text.contains("mouth-opening correlation unknown"))
  }

  @Test(.enabled(if: Shared.has("clips/still/s0.jpg")))
  func aStillIsAtNoDistanceFromItself() throws {
    let path = Shared.folder.appendingPathComponent("clips/still/s0.jpg").path
    let pair = try ClipPair(path, path)
    let metrics = pair.metrics
    #expect(metrics.frames == 1)
    #expect(metrics.facelessFrames == [0, 0])
    #expect(metrics.psnr == .infinity)
    #expect(metrics.identityDistance == 0)
    let rows = pair.csv.split(separator: "\n").map { $0.split(separator: ",") }
    #expect(rows.map(\.count) == [9, 9])
    #expect(rows[1][1] == rows[1][2])
    #expect(try #require(Double(rows[1][3])) > 0.05)
  }
}
