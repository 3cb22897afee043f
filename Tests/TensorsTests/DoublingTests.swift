import TestSupport
import Tensors
import Testing

/// The network's own taps against the convolutions that they stand for.
@Suite struct DoublingTests {
  private struct Case {
    let fast, composed: (Tensor) throws -> Tensor
  }

  private let cases: [Case]
  private let image: Tensor

  init() throws {
    let taps: [Float] = [1, 3, 3, 1]
    let kernel = try Tensor(taps.flatMap { row in taps.map { row * $0 / 16 } }, [1, 1, 4, 4])
      .expanded([3, 1, 4, 4])
    var random = RandomSource(seed: 8)
    image = try random.normal([2, 3, 7, 5])
    cases = [
      Case(
        fast: { try $0.doubled() },
        composed: {
          try $0.convolvedTransposed(kernel, stride: (2, 2), groups: 3)
            .padded(left: -1, right: -1, top: -1, bottom: -1)
        }),
      Case(
        fast: { try $0.smoothed() },
        composed: {
          try $0.padded(left: 1, right: 1, top: 1, bottom: 1).convolved(kernel, groups: 3)
        }),
    ]
  }

  @Test func valuesAndGradientsOfTwoOrdersAreThoseOfConvolutions() throws {
    for item in cases {
      let results = try [item.fast, item.composed].map { operation in
        let x = try image.leaf()
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
