import Media
import PV3D
import Pipeline
import Stages
import Tensors
import TestSupport
import Testing

@Suite struct MotionEditTests {
  static func model() throws -> ModelArtifact {
    ModelArtifact(generator: try SmallGenerator.made())
  }

  /// Latents whose frame i has the given motion.
  static func latents(_ motion: [[Float]], yaw: Float = 0) throws -> LatentTrack {
    LatentTrack(
      styles: try Tensor.zeros([1, 6, 16]), motion: motion,
      cameras: motion.indices.map { Camera(yaw: yaw + Float($0) * 0.1, pitch: 0) },
      times: motion.indices.map { MediaTime(Int64($0), 25) }, rate: Ratio(25, 1),
      model: try model())
  }

  func edited(_ stage: MotionEdit, _ latents: LatentTrack, source: LatentTrack? = nil) async throws
    -> LatentTrack
  {
    var inputs = Ports(MotionEdit.latents, latents)
    inputs[MotionEdit.source] = source
    return try await stage.run(inputs, in: RunContext(seed: 7))[MotionEdit.edited]
  }

  static let still: [[Float]] = [[0.5, 0, 0, 0, 0, 0]]
  static let talk: [[Float]] = (0..<20).map { [0.2 + Float($0 % 5) * 0.3, 0, 0, 0, 0, 0] }

  @Test func relativeRetargetingAddsTheMotionFromRestToTheTargetsRest() async throws {
    let result = try await edited(
      MotionEdit(), Self.latents(Self.still, yaw: 0.5), source: Self.latents(Self.talk))
    #expect(result.count == 20)
    #expect(abs(result.motion[0][0] - 0.5) < 1e-5)
    #expect(abs(result.motion[4][0] - 1.7) < 1e-5)
    #expect(result.cameras[3] == Camera(yaw: 0.3, pitch: 0))
  }

  @Test func absoluteRetargetingCopiesAndMayKeepTheCameras() async throws {
    var stage = MotionEdit()
    stage.transfer = .absolute
    stage.turns = false
    let result = try await edited(
      stage, Self.latents(Self.still, yaw: 0.5), source: Self.latents(Self.talk))
    #expect(result.motion == Self.talk)
    #expect(result.cameras.allSatisfy { $0 == Camera(yaw: 0.5, pitch: 0) })
  }

  @Test func amplifyingScalesTheMotionFromRest() async throws {
    var stage = MotionEdit()
    (stage.mode, stage.strength, stage.limits) = (.amplify, 2, false)
    let result = try await edited(stage, Self.latents(Self.talk))
    #expect(abs(result.motion[0][0] - 0.2) < 1e-5)
    #expect(abs(result.motion[4][0] - 2.6) < 1e-5)
  }

  @Test func motionsAreHeldWhereModelsWereTrained() async throws {
    // A jaw is dropped fully at 2; 0.6 beyond become 0.5 · (1 - exp(-1.2)).
    var stage = MotionEdit()
    (stage.mode, stage.strength) = (.amplify, 2)
    let amplified = try await edited(stage, Self.latents(Self.talk))
    #expect(abs(amplified.motion[4][0] - 2.3494) < 1e-3)
    #expect(abs(amplified.motion[3][0] - 2) < 1e-5)
    (stage.mode, stage.strength) = (.retarget, 1.5)
    let retargeted = try await edited(
      stage, Self.latents(Self.still), source: Self.latents(Self.talk))
    #expect(abs(retargeted.motion[4][0] - 2.2256) < 1e-3)
    stage.limits = false
    let free = try await edited(stage, Self.latents(Self.still), source: Self.latents(Self.talk))
    #expect(abs(free.motion[4][0] - 2.3) < 1e-5)
  }

  @Test func freezingKeepsTheFaceAtRest() async throws {
    var stage = MotionEdit()
    stage.mode = .freeze
    let result = try await edited(stage, Self.latents(Self.talk))
    #expect(result.motion.allSatisfy { abs($0[0] - 0.2) < 1e-5 })
  }

  @Test func randomMotionOfAStillIsSeededAndBeginsAtRest() async throws {
    var stage = MotionEdit()
    (stage.mode, stage.count, stage.seed) = (.random, 40, 3)
    let one = try await edited(stage, Self.latents(Self.still))
    let two = try await edited(stage, Self.latents(Self.still))
    stage.seed = 4
    let other = try await edited(stage, Self.latents(Self.still))
    #expect(one.count == 40 && one.motion == two.motion && one.motion != other.motion)
    #expect(one.motion[0] == Self.still[0])
    #expect(one.motion.contains { $0 != Self.still[0] })
  }

  @Test func motionOfAnotherKindOfModelIsRefused() async throws {
    let error = await #expect(throws: (any Error).self) {
      try await edited(
        MotionEdit(), Self.latents(Self.still), source: Self.latents([[0.5, 0], [0, 0]]))
    }
    #expect(
      "\(try #require(error))"
        == "the motion codes of 'source' have 2 numbers, those of 'latents' 6")
  }

  @Test func retargetingWithoutASourceIsRefused() async throws {
    await #expect(throws: ParameterError.self) {
      try await self.edited(MotionEdit(), Self.latents(Self.still))
    }
  }

  @Test func severalViewpointsStandSideBySideAndKeepTheTimes() async throws {
    var stage = MultiViewRender()
    stage.yawDegrees = [0, -20, 20]
    stage.show = [.color, .depth]
    (stage.size, stage.columns) = (16, 2)
    let latents = try Self.latents(Array(Self.talk.prefix(3)))
    let frames = try await stage.run(Ports(MultiViewRender.latents, latents), in: RunContext())[
      MultiViewRender.frames]
    var count = 0
    for try await frame in frames {
      #expect(frame.width == 32 && frame.height == 48 && frame.pixels.count == 32 * 48 * 3)
      #expect(frame.time == latents.times[count] && frame.index == count)
      count += 1
    }
    #expect(count == 3)
  }
}
