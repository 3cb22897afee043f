import Tensors
import TestSupport
import Testing

/// Gradients of a gradient's length, as a discriminator's penalty needs them.
@Suite struct SecondGradientTests {
  private func fixed(_ shape: [Int], _ seed: UInt64) throws -> Tensor {
    var source = RandomSource(seed: seed)
    return try source.normal(shape)
  }

  /// `Σ (∂ Σ lrelu(x ∗ w) / ∂x)²`, without or with its own history.
  private func penalty(_ x: Tensor, _ w: Tensor, _ v: Tensor, again: Bool) throws -> Tensor {
    let hidden = try x.convolved(w, padding: 1).leakyReLU(0.2)
    let score = try hidden.convolved(v, stride: 2).leakyReLU(0.2).sum()
    let slope = try #require(score.gradients([x], differentiable: again)[0])
    return try slope.squared().sum()
  }

  @Test func penaltyOfOneLayerIsTheLengthOfTheKernel() throws {
    // With a 1x1 kernel and positive features, every slope is the kernel itself.
    let x = try Tensor.ones([1, 3, 4, 4]).leaf()
    let w = try Tensor([0.5, 2, 1], [1, 3, 1, 1]).leaf()
    let score = try x.convolved(w).leakyReLU(0.2).sum()
    let slope = try #require(score.gradients([x], differentiable: true)[0])
    let penalty = try slope.squared().sum()
    #expect(try penalty.item() == 16 * (0.25 + 4 + 1))
    #expect(try penalty.gradients([w])[0]?.floats() == [16, 64, 32])
  }

  @Test func penaltyIsHomogeneousInTheKernels() throws {
    let x = try fixed([2, 3, 8, 8], 1).leaf()
    let (w, v) = (try fixed([5, 3, 3, 3], 2).leaf(), try fixed([4, 5, 3, 3], 3).leaf())
    let value = try penalty(x, w, v, again: true)
    // Scaling a kernel scales the slope, whose square is of degree 2: Σ w · ∂P/∂w = 2 P.
    let gradients = try value.gradients([w, v])
    for (kernel, gradient) in zip([w, v], gradients) {
      let product = try (kernel * #require(gradient)).sum().item()
      #expect(abs(product / (2 * (try value.item())) - 1) < 1e-4)
    }
  }

  @Test func gradientOfThePenaltyIsTheFiniteDifference() throws {
    let x = try fixed([2, 3, 8, 8], 1)
    let (w, v) = (try fixed([5, 3, 3, 3], 2), try fixed([4, 5, 3, 3], 3))
    let leaf = try w.leaf()
    let gradient = try #require(penalty(x.leaf(), leaf, v, again: true).gradients([leaf])[0])
    let values = try w.floats()
    let largest = try gradient.magnitude().maximum().item()
    let step: Float = 1e-3
    for index in stride(from: 0, to: values.count, by: 11) {
      let sides = try [step, -step].map { change in
        var moved = values
        moved[index] += change
        return try penalty(x.leaf(), Tensor(moved, w.shape), v, again: false).item()
      }
      let slope = (sides[0] - sides[1]) / (2 * step)
      // Beside the rounding of the penalty, a kink may be passed on the way.
      #expect(abs(slope - (try gradient.floats()[index])) < 0.05 * largest)
    }
  }
}
