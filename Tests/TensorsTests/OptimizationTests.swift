import Tensors
import TestSupport
import Testing

@Suite struct OptimizationTests {
  @Test(arguments: OperationCase.all("adam")) func adam(_ record: OperationCase) throws {
    let betas = record.parameters["betas"]?.values.compactMap(\.double) ?? []
    try #require(betas.count == 2)
    let parameter = try record("p0").leaf()
    let (first, second) = (try Tensor.zeros(parameter.shape), try Tensor.zeros(parameter.shape))
    var step = 1
    while record.has("p\(step)") {
      try parameter.adamStep(
        gradient: record("g\(step - 1)"), first: first, second: second,
        rate: #require(record.parameters["lr"]?.float), beta1: betas[0], beta2: betas[1],
        epsilon: #require(record.parameters["eps"]?.double), step: step)
      try record.check(parameter, "p\(step)", within: 1e-6)
      step += 1
    }
    #expect(step > 1)
  }

  @Test func firstStepOfAdamIsTheRateAlongTheSign() throws {
    let parameter = try Tensor([1, 2, 3]).leaf()
    let (first, second) = (try Tensor.zeros([3]), try Tensor.zeros([3]))
    try parameter.adamStep(
      gradient: Tensor([5, -0.01, 0]), first: first, second: second, rate: 0.1, beta1: 0.9,
      beta2: 0.99, epsilon: 1e-8, step: 1)
    try expectClose(parameter, Tensor([0.9, 2.1, 3]), within: 1e-6)
    try expectClose(first, Tensor([0.5, -0.001, 0]), within: 1e-6)
    try expectClose(second, Tensor([0.25, 1e-6, 0]), within: 1e-6)
  }

  @Test func blendKeepsItsShare() throws {
    let average = try Tensor([1, 2]).leaf(gradients: false)
    try average.blend(towards: Tensor([3, -2]), keeping: 0.75)
    #expect(try average.floats() == [1.5, 1])
  }

  @Test(arguments: OperationCase.all("nan_to_num"))
  func gradientsAreCleaned(_ record: OperationCase) throws {
    try record.check(record("g").replacing(nan: 0, positive: 1e5, negative: -1e5), "y", within: 0)
  }
}
