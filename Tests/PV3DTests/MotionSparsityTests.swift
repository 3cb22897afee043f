import Foundation
import PV3D
import Tensors
import TestSupport
import Testing

/// What a motion does not move is held at zero, and only tensors that are named learn.
@Suite struct MotionSparsityTests {
  private static let offsets = "backbone.synthesis.motion_offsets"
  private static let flow = "backbone.synthesis.motion_flow"

  /// A training of motion alone that begins with noise in all units, after `steps` of `whole` steps.
  private func trained(sparsity: Float, steps: Int) throws -> (
    before: [String: Tensor], training: SupervisedTraining, losses: [SupervisedLosses]
  ) {
    var config = SmallGenerator.config
    (config.styleDeviation, config.densityGain) = (0.05, 20)
    config.motionFlowResolution = 16
    let drawn = Weights(random: RandomSource(seed: 2))
    _ = try Generator(drawn, config)
    var tensors = drawn.tensors
    var random = RandomSource(seed: 3)
    for (name, deviation) in [(Self.offsets, Float(0.02)), (Self.flow, 0.0002)] {
      tensors[name] = try random.normal(tensors[name]?.shape ?? []) * deviation
    }
    var options = SupervisedOptions()
    options.steps = 120
    (options.raysPerView, options.patchSide, options.shapeRays) = (128, 4, 64)
    (options.rayPart, options.framePart) = (1, 0)
    (options.rate, options.learned) = (1e-2, ["backbone.synthesis.motion_"])
    options.motionSparsity = sparsity
    var training = try SupervisedTraining(
      Weights(checkpoint: tensors, gradients: true), config, options, seed: 4
    ) { try ($0 - $1).squared().mean() }
    let losses = try (0..<steps).map { _ in try training.learn(Self.pair) }
    return (tensors, training, losses)
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

  /// For each unit, the part of the cells of its offsets that are zero.
  private func zeros(_ training: SupervisedTraining) throws -> [Float] {
    let leaf = try #require(training.generator.parameters[Self.offsets])
    let shape = leaf.shape
    let values = try leaf.floats()
    let (plane, cells) = (shape[1] / 3, shape[2] * shape[3])
    return (0..<shape[0]).map { unit in
      var count = 0
      for group in 0..<3 {
        for cell in 0..<cells {
          let numbers = (0..<plane).map {
            values[(unit * shape[1] + group * plane + $0) * cells + cell]
          }
          if numbers.allSatisfy({ $0 == 0 }) { count += 1 }
        }
      }
      return Float(count) / Float(3 * cells)
    }
  }

  private func color(_ losses: [SupervisedLosses], _ steps: Range<Int>) -> Float {
    losses[steps].map(\.color).reduce(0, +) / Float(steps.count)
  }

  @Test func unitsThatNeverActFallToZeroAndTheOneThatDoesStays() throws {
    let (before, training, losses) = try trained(sparsity: 0.15, steps: 60)
    let zeros = try zeros(training)
    #expect(zeros[1...] == [1, 1, 1])
    #expect(zeros[0] < 0.7, "\(zeros)")
    let flow = try #require(training.generator.parameters[Self.flow])
    let others = try flow.sliced(0, 1..<4).floats()
    #expect(others.allSatisfy { $0 == 0 })
    #expect(color(losses, 50..<60) < color(losses, 0..<10) - 0.005)
    for (name, tensor) in training.generator.parameters where !name.contains("synthesis.motion_") {
      let (now, first) = (try tensor.floats(), try before[name]?.floats())
      #expect(now == first, "\(name) has learned")
    }
  }

  @Test func cellsOutOfReachAreZeroAndTheOthersLearn() throws {
    var training = try trained(sparsity: 0, steps: 2).training
    let shape = try #require(training.generator.parameters[Self.offsets]).shape
    let count = shape.reduce(1, *)
    let reach = (0..<count).map { $0 % shape[3] < shape[3] / 2 ? Float(1) : 0 }
    try training.hold(within: [Self.offsets: Tensor(reach, shape)])
    let before = try training.average.tensors[Self.offsets]?.floats() ?? []
    for _ in 0..<3 { _ = try training.learn(Self.pair) }
    for leaf in [training.generator.parameters, training.average.tensors] {
      let values = try leaf[Self.offsets]?.floats() ?? []
      #expect(zip(values, reach).allSatisfy { $1 == 1 || $0 == 0 })
      #expect(zip(values, before).contains { $0 != $1 })
    }
  }

  @Test func withoutItNoiseStays() throws {
    let training = try trained(sparsity: 0, steps: 60).training
    #expect(try zeros(training) == [0, 0, 0, 0])
  }

  @Test func cellsAtZeroStayThereInTheSecondHalf() throws {
    let half = try zeros(trained(sparsity: 0.15, steps: 60).training)
    let (_, training, losses) = try trained(sparsity: 0.15, steps: 120)
    let whole = try zeros(training)
    #expect(whole[0] >= half[0] - 0.01 && whole[1...] == [1, 1, 1], "\(half) \(whole)")
    #expect(color(losses, 110..<120) < color(losses, 50..<60))
  }
}
