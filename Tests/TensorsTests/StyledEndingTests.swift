import TestSupport
import Tensors
import Testing

/// The pass behind a styled convolution against the operations that it stands for.
@Suite struct StyledEndingTests {
  private let gain = Float(2).squareRoot()
  private let clamp: Float = 1.5
  private let inputs: [Tensor]

  init() throws {
    var random = RandomSource(seed: 12)
    inputs = [
      try random.normal([2, 3, 5, 7]), try random.uniform([2, 3]) + 0.5, try random.normal([5, 7]),
      try random.normal([3]),
    ]
  }

  private func fused(_ x: [Tensor]) throws -> Tensor {
    try x[0].finished(factors: x[1], noise: x[2], bias: x[3], gain: gain, clamp: clamp)
  }

  private func composed(_ x: [Tensor]) throws -> Tensor {
    let sum = try x[0] * x[1].reshaped(2, 3, 1, 1) + x[2] + x[3].reshaped(1, 3, 1, 1)
    return try (sum.leakyReLU(0.2) * gain).clamped(-clamp, clamp)
  }

  @Test func valuesAndGradientsOfTwoOrdersAreThoseOfTheOperations() throws {
    let results = try [fused, composed].map { operation in
      let leaves = try inputs.map { try $0.leaf() }
      let y = try operation(leaves)
      let loss = try (y * y * y).sum()
      let quick = try loss.gradients(leaves).map { try #require($0) }
      let y2 = try operation(leaves)
      let first = try (y2 * y2 * y2).sum().gradients(leaves, differentiable: true)
        .map { try #require($0) }
      let length = try first.map { try $0.squared().sum() }.reduce(Tensor.zeros([])) { try $0 + $1 }
      let second = try length.gradients(leaves).map { try #require($0) }
      return [try y.detached()] + quick + (try first.map { try $0.detached() }) + second
    }
    #expect(results[0].count == 13)
    for (fast, slow) in zip(results[0], results[1]) { try expectClose(fast, slow, within: 3e-6) }
    // Some values are cut, some are not, so that both sides of the clamp are tested.
    let values = try results[1][0].floats()
    #expect(values.contains { abs($0) == clamp })
    #expect(values.contains { abs($0) < clamp })
  }

  @Test func noiseMayBeMissingOrHeld() throws {
    let leaves = try inputs.map { try $0.leaf() }
    let held = try leaves[0].finished(
      factors: leaves[1], noise: inputs[2], bias: leaves[3], gain: gain, clamp: nil)
    let wanted = try composed([leaves[0], leaves[1], inputs[2], leaves[3]])
    let without = try leaves[0].finished(
      factors: leaves[1], noise: nil, bias: leaves[3], gain: 1, clamp: nil)
    let plain =
      try (leaves[0] * leaves[1].reshaped(2, 3, 1, 1) + leaves[3].reshaped(1, 3, 1, 1))
      .leakyReLU(0.2)
    try expectClose(without.detached(), plain.detached(), within: 1e-6)
    let slopes = try [held.clamped(-clamp, clamp), wanted].map {
      try #require($0.squared().sum().gradients([leaves[0]])[0])
    }
    try expectClose(slopes[0], slopes[1], within: 3e-6)
    let factors = try [without, plain].map {
      try #require($0.squared().sum().gradients([leaves[1]])[0])
    }
    try expectClose(factors[0], factors[1], within: 3e-6)
  }

  @Test func wrongShapesAreNamed() throws {
    let error = try #require(throws: TensorError.self) {
      try inputs[0].finished(
        factors: inputs[1], noise: Tensor.zeros([5, 6]), bias: inputs[3], gain: 1, clamp: nil)
    }
    #expect(error.reason.contains("noise of shape [5, 6] for an image of shape [2, 3, 5, 7]"))
  }
}
