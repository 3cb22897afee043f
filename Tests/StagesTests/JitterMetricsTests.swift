import Media
import Stages
import Testing

@Suite struct JitterMetricsTests {
  private func frame(_ value: UInt8) -> RGBFrame {
    RGBFrame(width: 2, height: 1, pixels: [value, 0, 0, 0, 0, 10])
  }

  @Test func equalFramesAreStill() {
    let points = [[SIMD2(1.0, 2)], [SIMD2(1.0, 2)]]
    let jitter = JitterMetrics([frame(5), frame(5)], points: points)
    #expect(jitter.landmarks == 0)
    #expect(jitter.pixels == 0)
  }

  @Test func movesAndChangesAreMeansOverNeighbors() {
    // The first point moves by 5 and then by 0, the second one by 1 and by 3.
    let points: [[SIMD2<Double>]?] = [
      [SIMD2(0, 0), SIMD2(0, 0)], [SIMD2(3, 4), SIMD2(0, 1)], [SIMD2(3, 4), SIMD2(3, 1)],
    ]
    // One of six colors changes by 6, then by 12.
    let jitter = JitterMetrics([frame(0), frame(6), frame(18)], points: points)
    #expect(jitter.landmarks == (3 + 1.5) / 2)
    #expect(jitter.pixels == 1.5)
  }

  @Test func aFrameWithoutAFaceHasNoNeighbors() {
    let points: [[SIMD2<Double>]?] = [[SIMD2(0, 0)], nil, [SIMD2(9, 9)]]
    let jitter = JitterMetrics([frame(0), frame(0), frame(0)], points: points)
    #expect(jitter.landmarks == nil)
    #expect(JitterMetrics([frame(0)], points: [nil]).pixels == nil)
  }
}
