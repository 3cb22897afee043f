import Faces
import Foundation
import Heads
import TestSupport
import Tensors
import Testing

@Suite struct BilateralSmoothingTests {
  private let smoothing = BilateralSmoothing(deviation: 2.5, range: 0.05)

  private func deviation(_ values: some Collection<Double>, from truth: Double) -> Double {
    (values.map { pow($0 - truth, 2) }.reduce(0, +) / Double(values.count)).squareRoot()
  }

  @Test func noiseAboutAValueIsAveragedAndAStepStaysAStep() throws {
    var random = RandomSource(seed: 3)
    let noise = try random.normal([200]).floats().map { Double($0) * 0.01 }
    let values = noise.enumerated().map { ($0.offset < 100 ? 0 : 1) + $0.element }
    let smoothed = smoothing.smoothed(values)
    #expect(deviation(smoothed[..<100], from: 0) < 0.5 * deviation(values[..<100], from: 0))
    #expect(deviation(smoothed[100...], from: 1) < 0.5 * deviation(values[100...], from: 1))
  }

  @Test func steadyMotionIsKeptUpToTheEnds() {
    let values = (0..<40).map { 3 + 0.02 * Double($0) }
    for (ours, wanted) in zip(smoothing.smoothed(values), values) {
      #expect(abs(ours - wanted) < 1e-9)
    }
  }

  @Test func aBlinkOfThreeFramesIsKept() {
    var values = [Double](repeating: 0, count: 20)
    (values[9], values[10], values[11]) = (0.5, 1, 0.5)
    for (ours, wanted) in zip(smoothing.smoothed(values), values) {
      #expect(abs(ours - wanted) < 1e-9)
    }
  }

  @Test func posesMayPassTheHalfTurn() {
    let track = (0..<20).map { index in
      HeadPose(
        yaw: 0.001 * Double(index), roll: remainder(3.1 + 0.01 * Double(index), 2 * .pi),
        pivot: SIMD3(0, 0.001 * Double(index), 2.7))
    }
    for (ours, wanted) in zip(smoothing.smoothed(track), track) {
      #expect(abs(ours.yaw - wanted.yaw) < 1e-9)
      #expect(abs(remainder(ours.roll - wanted.roll, 2 * .pi)) < 1e-9)
      #expect(gap(ours.pivot, wanted.pivot) < 1e-9)
    }
  }

  @Test func noDeviationChangesNothing() {
    #expect(BilateralSmoothing(deviation: 0, range: 1).smoothed([1, 5, 2]) == [1, 5, 2])
    #expect(smoothing.smoothed([Double]()).isEmpty)
    #expect(smoothing.smoothed([4.0]) == [4])
  }
}

/// Heads of known poses in pictures with noise, read as `camera-estimate` reads them.
@Suite(.enabled(if: Shared.has("data/heads"))) struct TremorTests {
  private let degree = Double.pi / 180

  /// Errors of yaws in degrees without and with the bilateral smoothing, of heads that turn to and fro by an angle.
  private func errors(turning: Double) throws -> [[Double]] {
    let synthetic = try SyntheticFaces()
    let library = synthetic.library
    let (framing, finder) = (try HeadFraming(), try FaceFinder(recognition: FaceFinder.threshold))
    var sampler = try HeadSampler(library: library, seed: 9)
    var random = RandomSource(seed: 4)
    var errors: [[Double]] = [[], []]
    for name in library.names.sorted().enumerated().filter({ $0.offset % 12 == 1 }).map(\.element) {
      var scene = Scene(
        head: try library.blend(library.recipe(name)), expression: sampler.expression(),
        camera: sampler.camera(), lighting: sampler.lighting())
      var (truth, poses): ([Double], [HeadPose]) = ([], [])
      var last: Face?
      for moment in 0..<24 {
        scene.camera.yaw = turning * degree * sin(Double(moment) / 12 * .pi)
        let image = try synthetic.image(scene, noisyBy: &random)
        let face = try #require(try finder.face(in: image, after: last))
        last = face
        truth.append(scene.camera.yaw)
        poses.append(framing.posed(face, in: SyntheticFaces.frame).pose)
      }
      let before = GaussianSmoothing(deviation: 1).smoothed(poses)
      let after = BilateralSmoothing(deviation: 2.5, range: 0.3 * degree).smoothed(before)
      for (way, track) in [before, after].enumerated() {
        errors[way] += zip(track, truth).map { ($0.yaw - $1) / degree }
      }
    }
    return errors
  }

  private func roughness(_ errors: [Double]) -> Double {
    var sum = 0.0
    for index in errors.indices where index % 24 > 1 {
      sum += abs(errors[index] - 2 * errors[index - 1] + errors[index - 2])
    }
    return sum
  }

  @Test func headsThatHoldStillTrembleLess() throws {
    let errors = try errors(turning: 0)
    print("roughness \(roughness(errors[1]) / roughness(errors[0])) of the unsteadied")
    #expect(errors[0].count == 72 && roughness(errors[1]) < 0.4 * roughness(errors[0]))
  }

  @Test func headsThatTurnAreReadAsWell() throws {
    let sizes = try errors(turning: 3).map { $0.map { abs($0) }.reduce(0, +) }
    print("error \(sizes[1] / sizes[0]) of the unsteadied")
    #expect(sizes[1] < 1.03 * sizes[0])
  }
}
