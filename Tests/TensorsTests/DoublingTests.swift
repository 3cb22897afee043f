import TestSupport
import Tensors
import Testing

/// The network's own taps against the convolutions that they stand for.
@Suite struct DoublingTests {
  private struct Case {
    let image: Tensor
    let fast, composed: (Tensor) throws -> Tensor
  }

  private let cases: [Case]

  init() throws {
    let taps: [Float] = [1, 3, 3, 1]
    let kernel = try Tensor(taps.flatMap { row in taps.map { row * $0 / 16 } }, [1, 1, 4, 4])
      .expanded([3, 1, 4, 4])
    var random = RandomSource(seed: 8)
    cases = [
      Case(
        image: try random.normal([2, 3, 7, 5]),
        fast: { try $0.doubled() },
        composed: {
          try $0.convolvedTransposed(kernel, stride: (2, 2), groups: 3)
            .padded(left: -1, right: -1, top: -1, bottom: -1)
        }),
      Case(
        image: try random.normal([2, 12, 4, 3]),
        fast: { try $0.smoothedPhases() },
        composed: {
          try $0.reshaped(2, 3, 2, 2, 4, 3).permuted(0, 1, 4, 2, 5, 3).reshaped(2, 3, 8, 6)
            .padded(left: 1, right: 0, top: 1, bottom: 0).convolved(kernel, groups: 3)
        }),
    ]
  }

  @Test func valuesAndGradientsOfTwoOrdersAreThoseOfConvolutions() throws {
    for item in cases {
      let results = try [item.fast, item.composed].map { operation in
        let x = try item.image.leaf()
        let y = try operation(x)
        // Cubes, so that no order of the gradient is constant.
        let loss = try (y * y * y).sum()
        let slope = try #require(loss.gradients([x], differentiable: true)[0])
        let again = try #require(slope.squared().sum().gradients([x])[0])
        return [try y.detached(), try slope.detached(), again]
      }
      for (fast, composed) in zip(results[0], results[1]) {
        try expectClose(fast, composed, within: 2e-6)
      }
    }
  }
}
