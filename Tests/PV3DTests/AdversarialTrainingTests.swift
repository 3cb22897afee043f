import PV3D
import TestSupport
import Tensors
import Testing

/// Training with numbers drawn from a seed, on networks of a few channels.
@Suite struct AdversarialTrainingTests {
  private func training() throws -> AdversarialTraining {
    func weights(_ seed: UInt64) -> Weights {
      Weights(random: RandomSource(seed: seed), gradients: true)
    }
    var sizes = DiscriminatorConfig()
    (sizes.imageResolution, sizes.channelBase, sizes.channelMax) = (32, 256, 8)
    sizes.mappingLayers = 2
    var schedule = AdversarialSchedule()
    (schedule.batch, schedule.batchPerDevice) = (2, 2)
    (schedule.firstResolution, schedule.lastResolution) = (8, 8)
    return try AdversarialTraining(
      Generator(weights(1), .fewChannels, prefix: "generator"),
      ImageDiscriminator(weights(2), sizes), VideoDiscriminator(weights(3), sizes),
      schedule: schedule)
  }

  private var labels: Tensor {
    get throws {
      let cameras: [Camera] = [0, 0.1, -0.2, 0.3].map { Camera.canonical.orbited(yaw: $0) }
      return try Camera.tensor(cameras).reshaped(2, 2, 25)
    }
  }

  private func real() throws -> FramePairs {
    var random = RandomSource(seed: 9)
    return FramePairs(
      frames: try random.normal([2, 2, 3, 32, 32]) * 0.5, labels: try labels,
      time: try Tensor([0.1, 0.4, 0.2, 0.9], [2, 2]))
  }

  /// The losses of two updates, each in the order of its phases.
  private func losses(_ training: inout AdversarialTraining, seed: UInt64) throws -> [[Float]] {
    try (0..<2).map { index in
      let random = RandomSource(seed: seed).derived("\(index)")
      let found = try training.update(real: real()) { phase in
        try AdversarialDraw(
          labels: labels, .fewChannels, random: random.derived(phase.rawValue),
          points: phase == .generatorRegularization ? 20 : 0)
      }
      return try AdversarialTraining.Phase.allCases.compactMap {
        try found.losses[$0]?.total.item()
      }
    }
  }

  @Test func updatesFollowFromTheSeed() throws {
    var (one, same, other) = (try training(), try training(), try training())
    let found = try losses(&one, seed: 5)
    #expect(found.map(\.count) == [4, 2])
    #expect(found.joined().allSatisfy { $0.isFinite && $0 > 0 })
    #expect(try losses(&same, seed: 5) == found)
    #expect(try losses(&other, seed: 6) != found)
    #expect(one.updates == 2)
    #expect(one.samples == 4)
  }

  @Test func averageIsTheGeneratorItselfAfterTheFirstUpdate() throws {
    var training = try training()
    _ = try training.update(real: real()) { phase in
      try AdversarialDraw(
        labels: labels, .fewChannels, random: RandomSource(seed: 1), points: 20)
    }
    let own = training.generator.parameters.merging(training.generator.buffers) { $1 }
    #expect(Set(own.keys) == Set(training.average.tensors.keys))
    for (name, tensor) in own {
      try expectClose(#require(training.average.tensors[name]), tensor, within: 0, name)
    }
  }

  @Test func bothFramesOfAPairShareTheirCodes() throws {
    let draw = try AdversarialDraw(
      labels: labels, .fewChannels, random: RandomSource(seed: 2), points: 3)
    for code in [draw.z, draw.motion] {
      let pairs = try code.reshaped(2, 2, 8)
      #expect(try pairs.selected(1, 0).floats() == pairs.selected(1, 1).floats())
      #expect(try code.selected(0, 0).floats() != code.selected(0, 2).floats())
    }
    #expect(draw.points?.shape == [4, 3, 3])
    #expect(draw.perturbations?.shape == [4, 3, 3])
    let other = try AdversarialDraw(labels: labels, .fewChannels, random: RandomSource(seed: 3))
    #expect(try other.z.floats() != draw.z.floats())
    #expect(other.points == nil)
  }

  @Test func swappedPairsSeeTheCamerasOfThePairBefore() throws {
    let labels = try Tensor((0..<6).flatMap { Array(repeating: Float($0), count: 25) }, [3, 2, 25])
    var draw = try AdversarialDraw(labels: labels, .fewChannels, random: RandomSource(seed: 4))
    draw.swap = [0.1, 0.5, 0.2]
    let seen = try draw.condition(swapping: 0.5).selected(1, 0).floats()
    #expect(seen == [4, 5, 2, 3, 2, 3])
    #expect(try draw.label.selected(1, 0).floats() == [0, 1, 2, 3, 4, 5])
  }

  /// The smaller and larger of Beta(2, 1) and Beta(1, 2) have means 0.3 and 0.7.
  @Test func momentsAreInOrderAndOfTheirMeans() {
    var random = RandomSource(seed: 7)
    let drawn = (0..<20_000).map { _ in FramePairs.moments(&random) }
    #expect(drawn.allSatisfy { 0 <= $0.0 && $0.0 <= $0.1 && $0.1 <= 1 })
    #expect(abs(drawn.reduce(0) { $0 + $1.0 } / 20_000 - 0.3) < 0.01)
    #expect(abs(drawn.reduce(0) { $0 + $1.1 } / 20_000 - 0.7) < 0.01)
  }

  @Test func picksAreFramesOfTheWindowInOrder() {
    var random = RandomSource(seed: 8)
    let drawn = (0..<5_000).map { _ in FramePairs.picks(of: 16, &random) }
    #expect(drawn.allSatisfy { 0 <= $0.0 && $0.0 <= $0.1 && $0.1 < 16 })
    #expect(drawn.contains { $0.0 == $0.1 })
    #expect(Set(drawn.flatMap { [$0.0, $0.1] }) == Set(0..<16))
  }

  @Test func mirroredPairsHaveMirroredCameras() throws {
    let real = try real()
    let mirrored = try real.mirrored()
    let camera = Camera.canonical.orbited(yaw: 0.1).mirrored
    #expect(try mirrored.labels.selected(0, 0).selected(0, 1).floats() == camera.label)
    let row = try real.frames.reshaped(-1, 32).selected(0, 0).floats()
    #expect(try mirrored.frames.reshaped(-1, 32).selected(0, 0).floats() == row.reversed())
  }

  @Test func densityRegularizationWithoutPointsIsRefused() throws {
    let training = try training()
    let phases = try AdversarialPhases(
      training.generator, training.images, training.videos, loss: training.loss,
      setting: training.schedule.setting(at: 0))
    let draw = try AdversarialDraw(labels: labels, .fewChannels, random: RandomSource(seed: 1))
    #expect(throws: TensorError.self) { try phases.densityLoss(draw) }
  }
}
