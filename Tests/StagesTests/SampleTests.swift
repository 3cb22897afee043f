import Media
import PV3D
import Pipeline
import Stages
import Tensors
import TestSupport
import Testing

@Suite struct SampleTests {
  /// A small model whose average style is not zero, with the given stored looks.
  static func model(bank: Tensor? = nil) throws -> ModelArtifact {
    let generator = try SmallGenerator.made()
    var tensors = generator.parameters.merging(generator.buffers) { first, _ in first }
    var random = RandomSource(seed: 5)
    tensors["backbone.mapping.w_avg"] = try random.normal([16])
    tensors["backbone.mapping.appearance_bank"] = try bank ?? random.normal([3, 8])
    return ModelArtifact(generator: try Generator(Weights(checkpoint: tensors), generator.config))
  }

  func sampled(_ stage: Sample, _ model: ModelArtifact? = nil) async throws -> [LatentTrack] {
    try stage.validate()
    let model = try model ?? Self.model()
    let outputs = try await stage.run(Ports(Sample.model, model), in: RunContext(seed: 7))
    return [outputs[Sample.latents]] + outputs[Sample.others].tracks
  }

  static func stage(
    people: [Int] = [1], motions: [Int] = [1], frames: Int = 16,
    _ change: (inout Sample) -> Void = { _ in }
  ) -> Sample {
    var stage = Sample()
    (stage.appearanceSeeds, stage.motionSeeds, stage.frames) = (people, motions, frames)
    change(&stage)
    return stage
  }

  @Test func aSeedGivesTheSameClipWhateverElseIsDrawn() async throws {
    let alone = try await sampled(Self.stage(people: [4], motions: [9]))[0]
    let among = try await sampled(
      Self.stage(people: [2, 4], motions: [9, 3], frames: 16) { $0.combination = .crossed })
    #expect(among.count == 4)
    #expect(try among[2].styles.floats() == alone.styles.floats())
    #expect(among[2].motion == alone.motion)
    #expect(try among[0].styles.floats() != alone.styles.floats())
    #expect(among[3].motion != alone.motion)
  }

  @Test func theNumberOfFramesDoesNotChangeTheCodes() async throws {
    let short = try await sampled(Self.stage(frames: 16))[0]
    let long = try await sampled(Self.stage(frames: 48))[0]
    #expect(short.count == 16 && long.count == 48)
    #expect(try short.styles.floats() == long.styles.floats())
    // Time ends at 1 in both, where the motion is the code itself.
    #expect(short.motion[15] == long.motion[47])
    #expect(short.motion[0].allSatisfy { $0 == 0 })
    #expect(long.times[47] == MediaTime(47, 25) && long.rate == Ratio(25, 1))
  }

  @Test func motionIsTheCodeTimesTime() async throws {
    let track = try await sampled(Self.stage(frames: 16) { $0.strength = 0.5 })[0]
    let whole = try await sampled(Self.stage(frames: 16))[0]
    for (frame, code) in track.motion.enumerated() {
      for (value, end) in zip(code, whole.motion[15]) {
        #expect(abs(value - end * 0.5 * Float(frame) / 15) < 1e-6)
      }
    }
  }

  /// A small model with nothing that official ones do not have.
  static func official() throws -> ModelArtifact {
    var config = SmallGenerator.config
    (config.hasPlaneMean, config.motionOffsets, config.appearanceBank) = (false, 0, 0)
    return ModelArtifact(generator: try Generator(Weights(random: RandomSource(seed: 3)), config))
  }

  @Test func motionCodesAreStandardNormal() async throws {
    let stage = Self.stage(motions: Array(0..<400), frames: 2)
    let values = try await sampled(stage, Self.official()).flatMap { $0.motion[1] }
    let mean = values.reduce(0, +) / Float(values.count)
    let spread = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Float(values.count)
    // 2400 numbers: deviations of 0.02 and 0.03; three of them.
    #expect(abs(mean) < 0.06 && abs(spread - 1) < 0.09)
    #expect(Set(values).count > 2390)
  }

  @Test func modelsWithLooksMoveAsHeadsDo() async throws {
    let model = try Self.model()
    let codes = try await sampled(Self.stage(motions: Array(0..<200), frames: 2), model).map {
      $0.motion[1]
    }
    #expect(codes.allSatisfy { $0[0] >= 0 && $0[0] <= 2 && $0.count == 6 })
    // The jaw is dropped in 0.55 of 0.92 of all, a side unit moved in 0.12 of these: deviations of 0.035 and 0.022.
    let part = [0, 1].map { unit in Float(codes.filter { $0[unit] != 0 }.count) / 200 }
    #expect(abs(part[0] - 0.506) < 0.11 && abs(part[1] - 0.11) < 0.07, "\(part)")
    let normal = try await sampled(
      Self.stage(motions: [1], frames: 2) { $0.motions = .normal }, model)[0].motion[1]
    #expect(normal.allSatisfy { $0 != 0 })
    let error = await #expect(throws: ParameterError.self) {
      try await self.sampled(Self.stage { $0.motions = .expressions }, Self.official())
    }
    #expect(
      error?.description
        == "'motions' cannot be expressions, for what the model's codes move is not known")
  }

  @Test func sawtoothAndSwingReturnToRest() async throws {
    let end = try await sampled(Self.stage(frames: 2))[0].motion[1]
    let saw = try await sampled(Self.stage(frames: 9) { ($0.time, $0.period) = (.sawtooth, 4) })[0]
    #expect(saw.motion[0] == saw.motion[4] && saw.motion[3] == end && saw.motion[7] == end)
    let swing = try await sampled(Self.stage(frames: 9) { ($0.time, $0.period) = (.swing, 8) })[0]
    for (value, top) in zip(swing.motion[4], end) { #expect(abs(value - top) < 1e-6) }
    for (value, top) in zip(swing.motion[2], end) { #expect(abs(value - top / 2) < 1e-6) }
    #expect(swing.motion[8] == swing.motion[0])
  }

  @Test func oneMotionForManyPeopleIsTheSameInEveryCell() async throws {
    let tracks = try await sampled(Self.stage(people: [1, 2, 3], motions: [6]))
    #expect(tracks.count == 3)
    #expect(tracks.allSatisfy { $0.motion == tracks[0].motion })
    let styles = try tracks.map { try $0.styles.floats() }
    #expect(Set(styles).count == 3)
  }

  @Test func onePersonWithManyMotionsIsTheSameInEveryCell() async throws {
    let tracks = try await sampled(Self.stage(people: [1], motions: [1, 2, 3]))
    let first = try tracks[0].styles.floats()
    for track in tracks { #expect(try track.styles.floats() == first) }
    #expect(Set(tracks.map(\.motion)).count == 3)
  }

  @Test func truncationZeroIsTheAverageAndHalfIsHalfway() async throws {
    let model = try Self.model()
    let average = try #require(model.generator.buffers["backbone.mapping.w_avg"]).floats()
    let whole = try await sampled(Self.stage(people: [3]) { $0.truncation = 1 }, model)[0].styles
      .floats()
    let none = try await sampled(Self.stage(people: [3]) { $0.truncation = 0 }, model)[0].styles
    let half = try await sampled(Self.stage(people: [3]) { $0.truncation = 0.5 }, model)[0].styles
      .floats()
    #expect(none.shape == [1, 6, 16])
    for (index, value) in try none.floats().enumerated() {
      #expect(abs(value - average[index % 16]) < 1e-6)
      #expect(abs(half[index] - (average[index % 16] + whole[index]) / 2) < 1e-6)
    }
  }

  @Test func aCutoffLeavesTheFineStyles() async throws {
    let model = try Self.model()
    let whole = try await sampled(Self.stage { $0.truncation = 1 }, model)[0].styles.floats()
    let cut = try await sampled(
      Self.stage { ($0.truncation, $0.truncationCutoff) = (0, 2) }, model)[0]
      .styles.floats()
    let average = try #require(model.generator.buffers["backbone.mapping.w_avg"]).floats()
    for index in 0..<32 { #expect(abs(cut[index] - average[index % 16]) < 1e-6) }
    #expect(cut[32...] == whole[32...])
  }

  @Test func theMappingSeesTheConditioningCamera() async throws {
    let model = try Self.model()
    let front = try await sampled(Self.stage { $0.appearances = .normal }, model)[0]
    let side = try await sampled(
      Self.stage {
        ($0.appearances, $0.conditionYawDegrees, $0.conditionPitchDegrees) = (.normal, 30, -10)
      }, model)[0]
    let camera = Camera(yaw: .pi / 6, pitch: -.pi / 18)
    #expect(front.cameras.allSatisfy { $0 == .canonical })
    #expect(Set(side.cameras).count == 1)
    for (ours, theirs) in zip(side.cameras[0].label, camera.label) {
      #expect(abs(ours - theirs) < 1e-6)
    }
    #expect(try front.styles.floats() != side.styles.floats())
  }

  @Test func looksAreMixesOfThoseThatTheModelStores() async throws {
    var random = RandomSource(seed: 8)
    let one = try random.normal([1, 8])
    // All stored looks are one: so is every mix, and its style is known.
    let model = try Self.model(bank: .concatenated([one, one, one], 0))
    let label = try Camera.tensor([.canonical])
    let wanted = try model.generator.mapping(one, label: label)
    for track in try await sampled(Self.stage(people: [1, 2, 3]) { $0.truncation = 1 }, model) {
      try expectClose(track.styles, wanted, within: 1e-5)
    }
    // Looks along axes: a mix has most of one, the rest of another.
    let codes = SampledCodes(
      generator: try Self.model(
        bank: Tensor(
          [1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0], [3, 8])
      ).generator,
      mixesLooks: true)
    for seed in 0..<20 {
      let code = try codes.appearance(seed).floats()
      #expect(abs(code.reduce(0, +) - 1) < 1e-6)
      let parts = code.filter { $0 > 0 }.sorted()
      #expect(parts.count == 2 && parts[0] <= 0.25 && parts[1] >= 0.75)
    }
  }

  @Test func officialModelsDrawFromTheNormalDistributionAndHaveTheirOwnCamera() async throws {
    let model = try Self.official()
    let generator = model.generator
    let track = try await sampled(Self.stage { $0.truncation = 1 }, model)[0]
    #expect(abs(track.cameras[0].position.z - 2.7) < 1e-6)
    var random = RandomSource(seed: 1).derived("appearance")
    let wanted = try generator.mapping(
      random.normal([1, 8]), label: Camera.tensor([track.cameras[0]]))
    try expectClose(track.styles, wanted, within: 1e-6)
    let error = await #expect(throws: ParameterError.self) {
      try await self.sampled(Self.stage { $0.appearances = .looks }, model)
    }
    #expect(error?.description == "'appearances' cannot be looks, for the model stores none")
  }

  @Test func aBackdropStandsBehindTheHead() async throws {
    let track = try await sampled(Self.stage { $0.backdrop = [1, 0.5, 0] })[0]
    let plate = try #require(track.background)
    #expect(plate.plate.shape == [3, 32, 32])
    let values = try plate.plate.floats()
    #expect(values[0] == 1 && values[1024] == 0 && values[2047] == 0 && values[3071] == -1)
  }

  @Test func listsThatDoNotFitAreRefused() {
    let uneven = #expect(throws: ParameterError.self) {
      try Self.stage(people: [1, 2, 3], motions: [1, 2]).validate()
    }
    #expect(
      uneven?.description
        == "'motionSeeds' must name one seed or 3, as many as 'appearanceSeeds', not 2")
    #expect(throws: ParameterError.self) { try Self.stage(people: []).validate() }
    #expect(throws: ParameterError.self) { try Self.stage { $0.backdrop = [1] }.validate() }
    #expect(throws: Never.self) {
      try Self.stage(people: [1, 2, 3], motions: [1, 2]) { $0.combination = .crossed }.validate()
    }
  }
}
