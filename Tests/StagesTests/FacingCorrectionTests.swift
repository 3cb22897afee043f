import Foundation
import Media
import PV3D
import Pipeline
import Stages
import Testing

@Suite struct FacingCorrectionTests {
  private let camera = Camera(yaw: 0.1, pitch: -0.05)

  @Test func twoTurnsLeaveLittleOfAHeadThatLooksAside() throws {
    func reading(_ camera: Camera) -> (yaw: Double, pitch: Double) {
      (Double(camera.yaw) * 0.8 + 0.09, Double(camera.pitch) * 0.7 + 0.06)
    }
    let correction = FacingCorrection(camera, reading: reading)
    let read = reading(correction.turned(camera))
    // A fifth of a fifth, and three tenths of three tenths, of what was missing.
    #expect(abs(read.yaw - 0.1 - 0.04 * 0.07) < 1e-5)
    #expect(abs(read.pitch + 0.05 - 0.09 * 0.075) < 1e-5)
    // All cameras turn alike.
    let other = correction.turned(Camera(yaw: -0.2, pitch: -0.05))
    #expect(abs(other.yaw - correction.turned(camera).yaw + 0.3) < 1e-5)
  }

  @Test func aHeadThatIsSeenAsItShouldKeepsItsCameras() {
    let correction = FacingCorrection(.canonical) { (Double($0.yaw), Double($0.pitch)) }
    #expect(correction.turned(.canonical) == .canonical)
  }

  @Test func whatReadingsDifferByTurnsNothing() {
    let correction = FacingCorrection(camera) {
      (Double($0.yaw) + 0.04, Double($0.pitch) - 0.06)
    }
    #expect(correction.yaw == 0)
    #expect(abs(correction.pitch - 0.06) < 1e-6)
  }

  @Test func aFaceThatIsNotFoundTurnsNothing() {
    let never = FacingCorrection(camera) { _ in nil }
    #expect(never.turned(camera) == camera)
    var readings = 0
    let lost = FacingCorrection(camera) { _ in
      readings += 1
      return readings == 1 ? (0.3, 0) : nil
    }
    #expect(readings == 2 && lost.turned(camera) == camera)
  }

  @Test func whatNoFaceWouldReadIsNotFollowed() {
    let correction = FacingCorrection(camera) { _ in (1.5, -1.5) }
    #expect(abs(correction.yaw + 0.2) < 1e-6 && abs(correction.pitch - 0.2) < 1e-6)
  }

  private func observed(_ latents: LatentTrack) async throws -> FaceObservation? {
    let inputs = Ports(MultiViewRender.latents, latents)
    let frames = try await MultiViewRender().run(inputs, in: RunContext())[MultiViewRender.frames]
    var observer = try FaceObserver()
    for try await frame in frames { return try observer.observation(of: frame) }
    return nil
  }

  /// Landmarks tell less of a turn than the cameras of drawn heads have.
  @Test func aDrawnHeadIsReadWhereTheSourceLooks() async throws {
    let model = try ModelArtifact(path: ModelArtifact.embedded)
    var sample = Sample()
    (sample.appearanceSeeds, sample.frames, sample.strength) = ([7], 1, 0)
    let person = try await sample.run(Ports(Sample.model, model), in: RunContext())[Sample.latents]
    var source = person
    source.cameras = [Camera(yaw: 0.6, pitch: 0)]
    var errors: [Double] = []
    for aligns in [false, true] {
      var stage = MotionEdit()
      stage.aligns = aligns
      var inputs = Ports(MotionEdit.latents, person)
      inputs[MotionEdit.source] = source
      let edited = try await stage.run(inputs, in: RunContext())[MotionEdit.edited]
      let seen = try #require(try await observed(edited))
      errors.append(abs(seen.yaw - 0.6))
    }
    #expect(errors[0] > 0.05 && errors[1] < errors[0] / 2, "\(errors)")
  }
}
