import Tensors
import TestSupport
import Testing

@Suite struct WeightsTests {
  private func checkpoint() throws -> [String: Tensor] {
    [
      "net.first.weight": try Tensor([1, 2, 3, 4, 5, 6], [2, 3]),
      "net.first.bias": try Tensor([7, 8]), "net.average": try Tensor([9]),
    ]
  }

  @Test func layersTakeTheirTensorsByName() throws {
    let weights = Weights(checkpoint: try checkpoint(), gradients: true)
    let scope = weights.scope("net")
    let weight = try (scope / "first").parameter("weight", [2, 3], .zeros)
    let average = try scope.buffer("average", [1], .zeros)
    #expect(try weight.floats() == [1, 2, 3, 4, 5, 6])
    #expect(weight.needsGradient)
    #expect(try average.floats() == [9])
    #expect(!average.needsGradient)
    #expect(weights.names == ["net.first.weight", "net.average"])
    #expect(weights.parameters.keys.sorted() == ["net.first.weight"])
    #expect(weights.buffers.keys.sorted() == ["net.average"])
  }

  @Test func missingTensorIsNamedWithTheNearest() throws {
    let weights = Weights(checkpoint: try checkpoint())
    let error = try #require(
      throws: WeightsError.self,
      performing: { try weights.scope("net.forst").parameter("weight", [2, 3], .zeros) })
    #expect(error == .missing("net.forst.weight", nearest: "net.first.weight"))
    #expect(
      error.description
        == "the checkpoint has no tensor 'net.forst.weight'; it has 'net.first.weight'")
  }

  @Test func whatIsMissingCanBeDrawn() throws {
    let weights = Weights(checkpoint: try checkpoint(), missing: RandomSource(seed: 5))
    let fresh = Weights(random: RandomSource(seed: 5))
    let (scope, other) = (weights.scope("net.second"), fresh.scope("net.second"))
    let drawn = try scope.parameter("weight", [4], .normal(1)).floats()
    #expect(try drawn == other.parameter("weight", [4], .normal(1)).floats())
    #expect(try weights.scope("net.first").parameter("bias", [2], .zeros).floats() == [7, 8])
  }

  @Test func nothingIsSuggestedWhereNothingIsNear() throws {
    let weights = Weights(checkpoint: try checkpoint())
    #expect(throws: WeightsError.missing("zzz", nearest: nil)) {
      try weights.scope().parameter("zzz", [1], .zeros)
    }
  }

  @Test func wrongShapeIsNamed() throws {
    let weights = Weights(checkpoint: try checkpoint())
    let error = try #require(
      throws: WeightsError.self,
      performing: { try weights.scope("net.first").parameter("weight", [3, 2], .zeros) })
    #expect(error.description == "'net.first.weight' must have shape [3, 2], not [2, 3]")
  }

  @Test func unusedTensorsAreCounted() throws {
    let weights = Weights(checkpoint: try checkpoint())
    _ = try weights.scope("net.first").parameter("bias", [2], .zeros)
    let error = try #require(
      throws: WeightsError.self, performing: { try weights.checkAllUsed() })
    #expect(error == .unused("net.average", count: 2))
    #expect(error.description == "the network has no place for 'net.average' and 1 more")
    try weights.checkAllUsed(prefix: "other.")
    #expect(throws: WeightsError.unused("net.first.weight", count: 1)) {
      try weights.checkAllUsed(prefix: "net.first.")
    }
  }

  @Test func drawnTensorsDependOnTheirNamesAlone() throws {
    let (one, two) = (
      Weights(random: RandomSource(seed: 5)), Weights(random: RandomSource(seed: 5))
    )
    let a = try one.scope("a").parameter("weight", [4, 5], .normal(2))
    _ = try two.scope("b").parameter("weight", [4, 5], .normal(2))
    let again = try two.scope("a").parameter("weight", [4, 5], .normal(2))
    #expect(try a.floats() == again.floats())
    #expect(try a.floats() != two.scope("b").parameter("weight", [4, 5], .zeros).floats())
    let other = Weights(random: RandomSource(seed: 6))
    #expect(try a.floats() != other.scope("a").parameter("weight", [4, 5], .normal(2)).floats())
  }

  @Test func initialValuesAreWhatWasAskedFor() throws {
    let scope = Weights(random: RandomSource(seed: 1)).scope()
    #expect(try scope.parameter("a", [2], .zeros).floats() == [0, 0])
    #expect(try scope.parameter("b", [2], .constant(3)).floats() == [3, 3])
    #expect(try scope.parameter("c", [2], .values([4, 5])).floats() == [4, 5])
    let drawn = try scope.parameter("d", [100, 100], .normal(3))
    #expect(abs(try drawn.mean().item()) < 0.1)
    #expect(abs(try drawn.squared().mean().item() - 9) < 0.4)
  }

  @Test func leavesShareNothingWithTheCheckpoint() throws {
    let stored = try checkpoint()
    let bias = try Weights(checkpoint: stored).scope("net.first").parameter("bias", [2], .zeros)
    try bias.blend(towards: Tensor([0, 0]), keeping: 0.5)
    #expect(try bias.floats() == [3.5, 4])
    #expect(try stored["net.first.bias"]?.floats() == [7, 8])
  }
}
