import Foundation
import PV3D
import Tensors
import TestSupport
import Testing

/// Only tensors that are named learn, and what is out of reach is held at zero.
@Suite struct MotionLearningTests {
  private static let offsets = "backbone.synthesis.motion_offsets"
  private static let flow = "backbone.synthesis.motion_flow"

  /// A training of motion alone, whose offsets begin with noise, and its tensors at first.
  private func begun() throws -> (before: [String: Tensor], training: SupervisedTraining) {
    var config = SmallGenerator.config
    (config.styleDeviation, config.densityGain) = (0.05, 20)
    config.motionFlowResolution = 16
    let drawn = Weights(random: RandomSource(seed: 2))
    _ = try Generator(drawn, config)
    var tensors = drawn.tensors
    var random = RandomSource(seed: 3)
    tensors[Self.offsets] = try random.normal([4, 24, 8, 8]) * 0.02
    var options = SupervisedOptions()
    options.steps = 60
    (options.raysPerView, options.patchSide, options.shapeRays) = (128, 4, 64)
    (options.rayPart, options.framePart) = (1, 0)
    (options.rate, options.learned) = (1e-2, ["backbone.synthesis.motion_"])
    let training = try SupervisedTraining(
      Weights(checkpoint: tensors, gradients: true), config, options, seed: 4
    ) { try ($0 - $1).squared().mean() }
    return (tensors, training)
  }

  /// The first unit turns the ball's color around; the others never act.
  private static var pair: [ViewGroup] {
    var (rest, moved) = (
      SupervisedTrainingTests.group(0.8), SupervisedTrainingTests.group(-0.8)
    )
    moved.appearance = rest.appearance
    moved.motion = [1, 0, 0, 0, 0, 0]
    rest.motion = [0, 0, 0, 0, 0, 0]
    return [rest, moved]
  }

  @Test func whatIsNotNamedStaysAsItIs() throws {
    var (before, training) = try begun()
    let losses = try (0..<60).map { _ in try training.learn(Self.pair).color }
    let (early, late) = (losses[0..<10].reduce(0, +), losses[50..<60].reduce(0, +))
    #expect(late < early - 0.05, "\(early) \(late)")
    for (name, tensor) in training.generator.parameters {
      let stays = try tensor.floats() == before[name]?.floats()
      #expect(stays != name.hasPrefix("backbone.synthesis.motion_"), "\(name)")
    }
  }

  @Test func cellsOutOfReachAreZeroAndTheOthersLearn() throws {
    var (before, training) = try begun()
    let first = try #require(before[Self.offsets])
    // The left half of each plane.
    let reach = (0..<first.count).map { $0 % 8 < 4 ? Float(1) : 0 }
    try training.hold(within: [Self.offsets: Tensor(reach, first.shape)])
    let shipped = try training.shipped()[Self.offsets]?.floats() ?? []
    let clipped = try zip(first.floats(), reach).map { $0 * $1 }
    #expect(shipped == clipped)
    for _ in 0..<3 { _ = try training.learn(Self.pair) }
    for tensors in [training.generator.parameters, training.average.tensors] {
      let values = try tensors[Self.offsets]?.floats() ?? []
      #expect(zip(values, reach).allSatisfy { $1 == 1 || $0 == 0 })
      #expect(zip(values, clipped).contains { $0 != $1 })
    }
  }
}
