import PV3D
import TestSupport
import Tensors
import Testing

/// Two members of a group against one process with the whole batch.
@Suite struct DataParallelTests {
  private static let pairs = 4

  /// - Parameter seed: of the weights, which a group must make equal
  private static func training(
    _ group: ProcessGroup? = nil, seed: UInt64 = 1, groupSize: Int = 1
  ) throws -> AdversarialTraining {
    func weights(_ part: UInt64) -> Weights {
      Weights(random: RandomSource(seed: seed * 10 + part), gradients: true)
    }
    var sizes = DiscriminatorConfig()
    (sizes.imageResolution, sizes.channelBase, sizes.channelMax) = (32, 256, 8)
    (sizes.mappingLayers, sizes.groupSize) = (2, groupSize)
    var schedule = AdversarialSchedule()
    (schedule.batch, schedule.batchPerDevice) = (pairs, pairs)
    (schedule.firstResolution, schedule.lastResolution) = (8, 8)
    // Half of the cameras are swapped, so that neighbors in the whole batch matter.
    return try AdversarialTraining(
      Generator(weights(1), .fewChannels, prefix: "generator"),
      ImageDiscriminator(weights(2), sizes),
      VideoDiscriminator(weights(3), sizes), schedule: schedule, samples: 1_000_000, group: group)
  }

  private static var labels: Tensor {
    get throws {
      let cameras = (0..<2 * pairs).map {
        Camera.canonical.orbited(yaw: Float($0) * 0.1 - 0.4, pitch: Float($0 % 3) * 0.1)
      }
      return try Camera.tensor(cameras).reshaped(pairs, 2, 25)
    }
  }

  private static func real() throws -> FramePairs {
    var random = RandomSource(seed: 9)
    return FramePairs(
      frames: try random.normal([pairs, 2, 3, 32, 32]) * 0.5, labels: try labels,
      time: try random.uniform([pairs, 2]))
  }

  private static func draw(_ phase: AdversarialTraining.Phase, _ update: Int) throws
    -> AdversarialDraw
  {
    try AdversarialDraw(
      labels: labels, .fewChannels,
      random: RandomSource(seed: 4).derived("\(update) \(phase.rawValue)"),
      points: phase == .generatorRegularization ? 20 : 0)
  }

  /// What one update leaves.
  private struct Outcome: Sendable {
    /// Image and video loss of each phase in order.
    var losses: [Float] = []
    /// All trained tensors, the average style and the averages, by name.
    var tensors: [String: Tensor] = [:]
    /// Adam's means of squared gradients.
    var squares: [String: Tensor] = [:]
  }

  private static func outcome(
    _ training: consuming AdversarialTraining, _ part: BatchPart? = nil
  ) throws -> Outcome {
    var (training, result) = (training, Outcome())
    let real = try part.map { try Self.real().part($0) } ?? Self.real()
    let measures = try training.update(real: real) { phase in
      let whole = try draw(phase, 0)
      return try part.map(whole.part) ?? whole
    }
    for phase in AdversarialTraining.Phase.allCases {
      guard let terms = measures.losses[phase] else { continue }
      result.losses += [try terms.image.item(), try terms.video.item()]
    }
    result.tensors = training.generator.parameters
    for more in [
      training.generator.buffers, training.images.parameters, training.videos.parameters,
    ] { result.tensors.merge(more) { first, _ in first } }
    for (name, tensor) in training.average.tensors { result.tensors["average." + name] = tensor }
    for optimizer in [
      training.generatorOptimizer, training.imageOptimizer, training.videoOptimizer,
    ] { result.squares.merge(optimizer.second) { first, _ in first } }
    return result
  }

  private static func together(
    seed: @escaping @Sendable (Int) -> UInt64 = { _ in 1 }, groupSize: Int = 1
  ) throws -> [Outcome] {
    try Together.run(2) { group in
      try outcome(
        training(group, seed: seed(group.rank), groupSize: groupSize), BatchPart(group))
    }
  }

  @Test func twoHalvesMakeTheUpdateOfTheWholeBatch() throws {
    let alone = try Self.outcome(Self.training())
    let both = try Self.together()
    #expect(alone.losses.count == 8)
    for (ours, wanted) in zip(both[0].losses, alone.losses) {
      #expect(abs(ours - wanted) <= 1e-5 * max(abs(wanted), 1e-2), "\(ours), \(wanted)")
    }
    // Rounding only: sums over the batch are made in another order.
    #expect(Set(both[0].squares.keys) == Set(alone.squares.keys))
    for (name, wanted) in alone.squares {
      try expectClose(#require(both[0].squares[name]), wanted, within: 1e-4, name)
    }
    // Without momentum the first steps of Adam are signs of gradients, which rounding turns near 0.
    for (name, wanted) in alone.tensors {
      let difference = try Difference(#require(both[0].tensors[name]), wanted)
      #expect(difference.largest <= 4 * 0.0025, "\(name): \(difference)")
      #expect(
        difference.share(beyond: 1e-4) <= max(0.02, 1.5 / Double(difference.count)),
        "\(name): \(difference)")
    }
  }

  @Test func allProcessesHaveTheSameTensorsWhateverTheirSeeds() throws {
    let both = try Self.together(seed: { UInt64($0 + 1) })
    #expect(both[0].losses == both[1].losses)
    for (name, tensor) in both[0].tensors {
      try expectClose(#require(both[1].tensors[name]), tensor, within: 0, name)
    }
  }

  /// The deviation within groups of a batch is the one thing that halves do not share.
  @Test func groupsOfABatchLieWithinAProcess() throws {
    let (alone, both) = (
      try Self.outcome(Self.training(groupSize: 4)), try Self.together(groupSize: 4)
    )
    let first = try Self.generatorLosses(groupSize: 4)
    #expect(abs(both[0].losses[0] - first[0]) <= 1e-5 * abs(first[0]))
    #expect(abs(both[0].losses[1] - first[1]) <= 1e-5 * abs(first[1]))
    #expect(abs(both[0].losses[0] - alone.losses[0]) > 1e-5 * abs(alone.losses[0]))
  }

  /// The mean of both halves' losses before any step.
  private static func generatorLosses(groupSize: Int) throws -> [Float] {
    let training = try training(groupSize: groupSize)
    let phases = try AdversarialPhases(
      training.generator, training.images, training.videos, loss: training.loss,
      setting: training.schedule.setting(at: training.samples))
    let halves = try (0..<2).map { index in
      try phases.generatorLoss(draw(.generatorMain, 0).part(BatchPart(index, of: 2)))
    }
    return [
      try (halves[0].image + halves[1].image).item() / 2,
      try (halves[0].video + halves[1].video).item() / 2,
    ]
  }

  @Test func partsOfADrawAreTheDraw() throws {
    var whole = try Self.draw(.generatorRegularization, 0)
    whole.swap = [0.1, 0.9, 0.2, 0.8]
    let parts = try (0..<2).map { try whole.part(BatchPart($0, of: 2)) }
    func check(_ pick: (AdversarialDraw) throws -> Tensor) throws {
      try expectClose(.concatenated(parts.map(pick), 0), pick(whole), within: 0)
    }
    try check { $0.z }
    try check { $0.motion }
    try check { $0.time }
    try check { $0.labels }
    try check { try #require($0.points) }
    try check { try #require($0.perturbations) }
    try check { try $0.condition(swapping: 0.5) }
    try check { draw in
      guard case .random(let noise) = draw.noise else { return draw.z }
      return try noise("b8.conv0", [draw.labels.shape[0] * 2, 1, 4, 4])
    }
    #expect(parts.map(\.rendering.skippedFrames) == [0, 4])
  }

  /// In the fused renderer and in its composition.
  @Test(arguments: [true, false]) func partsOfABatchAreRenderedAsInTheWhole(_ fused: Bool) throws {
    let training = try Self.training()
    let phases = try AdversarialPhases(
      training.generator, training.images, training.videos, loss: training.loss,
      setting: training.schedule.setting(at: training.samples))
    var whole = try Self.draw(.generatorMain, 0)
    whole.rendering.fused = fused
    let wanted = try phases.generated(whole)
    let parts = try (0..<2).map { try phases.generated(whole.part(BatchPart($0, of: 2))) }
    try expectClose(.concatenated(parts.map(\.raw), 0), wanted.raw, within: 1e-5)
    try expectClose(.concatenated(parts.map(\.image), 0), wanted.image, within: 1e-5)
  }

  @Test func aBatchThatDoesNotDivideIsRefused() throws {
    let error = #expect(throws: TensorError.self) { try BatchPart(0, of: 3).range(in: 4) }
    #expect(error?.description == "part of a batch: 4 does not divide into 3 equal parts")
    #expect(try BatchPart(1, of: 2).range(in: 4) == 2..<4)
  }
}
