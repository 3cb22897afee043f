import TestSupport
import Tensors
import Testing

/// What precedes a styled convolution against the operations that it stands for.
@Suite struct StyledFeaturesTests {
  private struct Case {
    let inputs: [Tensor]
    let fast, composed: ([Tensor]) throws -> Tensor
  }

  private let cases: [Case]

  init() throws {
    var random = RandomSource(seed: 14)
    // More pixels than are read at once, and neither a multiple of that nor of a vector.
    let image = try random.normal([2, 5, 31, 37])
    cases = [
      Case(
        inputs: [image, try random.normal([2, 5])],
        fast: { try $0[0].styled($0[1]) },
        composed: { try $0[0] * $0[1].reshaped(2, 5, 1, 1) }),
      Case(
        inputs: [image, try random.normal([2, 3, 5])],
        fast: { try $0[0].readOut($0[1]) },
        composed: { x in
          try Tensor.concatenated(
            (0..<2).map {
              try x[0].sliced(0, $0..<$0 + 1).convolved(x[1].selected(0, $0).reshaped(3, 5, 1, 1))
            }, 0)
        }),
    ]
  }

  @Test func valuesAndGradientsOfTwoOrdersAreThoseOfTheOperations() throws {
    for item in cases {
      let results = try [item.fast, item.composed].map { operation in
        let leaves = try item.inputs.map { try $0.leaf() }
        let y = try operation(leaves)
        let quick = try (y * y * y).mean().gradients(leaves).map { try #require($0) }
        let y2 = try operation(leaves)
        let first = try (y2 * y2 * y2).mean().gradients(leaves, differentiable: true)
          .map { try #require($0) }
        let length = try first.map { try $0.squared().sum() }
          .reduce(Tensor.zeros([])) { try $0 + $1 }
        let second = try length.gradients(leaves).map { try #require($0) }
        return [try y.detached()] + quick + (try first.map { try $0.detached() }) + second
      }
      #expect(results[0].count == 7)
      for (fast, slow) in zip(results[0], results[1]) {
        try expectClose(fast, slow, within: 3e-6)
      }
    }
  }

  @Test func wrongShapesAreNamed() throws {
    let image = try Tensor.zeros([2, 5, 3, 3])
    let styled = try #require(throws: TensorError.self) { try image.styled(Tensor.zeros([2, 4])) }
    #expect(styled.reason.contains("styles of shape [2, 4] for features of shape [2, 5, 3, 3]"))
    let read = try #require(throws: TensorError.self) {
      try image.readOut(Tensor.zeros([2, 5, 5]))
    }
    #expect(read.reason.contains("at most 4 outputs"))
  }
}
