import Faces
import Foundation
import Tensors
import Testing

@Suite struct GaussianSmoothingTests {
  let smoothing = GaussianSmoothing(deviation: 2)

  @Test func aConstantTrackStaysAsItIs() {
    let track = [CropFrame](
      repeating: CropFrame(center: SIMD2(100, 50), side: 80, roll: 3.1), count: 30)
    for frame in smoothing.smoothed(track) {
      #expect(gap(frame.center, SIMD2(100, 50)) < 1e-9)
      #expect(abs(frame.side - 80) < 1e-9)
      #expect(abs(frame.roll - 3.1) < 1e-9)
    }
  }

  @Test func steadyMotionIsKeptUpToTheEnds() {
    let values = (0..<40).map { 3 + 0.5 * Double($0) }
    for (ours, wanted) in zip(smoothing.smoothed(values), values) {
      #expect(abs(ours - wanted) < 1e-9)
    }
  }

  @Test func jitterIsRemovedWithoutDelay() throws {
    var random = RandomSource(seed: 3)
    let noise = try random.normal([200]).floats()
    let truth = (0..<200).map { 10 * sin(Double($0) / 30) }
    let smoothed = smoothing.smoothed(zip(truth, noise).map { $0 + Double($1) })
    func deviation(_ values: [Double]) -> Double {
      let squares = zip(values, truth).map { pow($0 - $1, 2) }
      return (squares.reduce(0, +) / 200).squareRoot()
    }
    let before = deviation(zip(truth, noise).map { $0 + Double($1) })
    #expect(deviation(smoothed) < 0.5 * before)
  }

  @Test func anglesMayPassTheHalfTurn() {
    let track = (0..<20).map { index in
      HeadPose(roll: remainder(3.0 + 0.02 * Double(index), 2 * .pi))
    }
    for (ours, wanted) in zip(smoothing.smoothed(track), track) {
      #expect(abs(remainder(ours.roll - wanted.roll, 2 * .pi)) < 1e-9)
    }
  }

  @Test func noDeviationChangesNothing() {
    #expect(GaussianSmoothing(deviation: 0).smoothed([1, 5, 2]) == [1, 5, 2])
    #expect(smoothing.smoothed([Double]()).isEmpty)
    #expect(abs(smoothing.smoothed([4.0])[0] - 4) < 1e-12)
  }
}
