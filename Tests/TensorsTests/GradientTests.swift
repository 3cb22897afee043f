import Tensors
import TestSupport
import Testing

@Suite struct GradientTests {
  /// A function whose gradient is checked, and the shape of what it takes.
  struct Function: Sendable, CustomTestStringConvertible {
    let name: String
    let shape: [Int]
    let body: @Sendable (Tensor) throws -> Tensor

    init(
      _ name: String, _ shape: [Int] = [2, 3], _ body: @escaping @Sendable (Tensor) throws -> Tensor
    ) { (self.name, self.shape, self.body) = (name, shape, body) }

    var testDescription: String { name }
  }

  static func fixed(_ shape: [Int], _ seed: UInt64 = 2) throws -> Tensor {
    var source = RandomSource(seed: seed)
    return try source.normal(shape)
  }

  static let functions = [
    Function("exponential") { try $0.exponential() }, Function("logarithm") { try $0.logarithm() },
    Function("square root") { try $0.squareRoot() },
    Function("reciprocal square root") { try $0.reciprocalSquareRoot() },
    Function("magnitude") { try (-$0).magnitude() }, Function("square") { try $0.squared() },
    Function("sigmoid") { try $0.sigmoid() }, Function("softplus") { try $0.softplus() },
    Function("relu") { try $0.relu() }, Function("tanh") { try $0.tanh() },
    Function("hard swish") { try $0.hardSwish() }, Function("sine") { try $0.sine() },
    Function("cosine") { try $0.cosine() },
    Function("leaky relu") { try (-$0).leakyReLU(0.2) },
    Function("affine") { try 3 - ($0 * 2 + 1) / 4 },
    Function("quotient") { try fixed([2, 3]) / $0 + $0 / fixed([3]) },
    Function("broadcast product") { try $0 * fixed([4, 1, 3]) },
    Function("largest of two") { try Tensor.maximum($0, 1 - $0) },
    Function("matrix product") { try $0.multiplied(by: $0.permuted(1, 0)) },
    Function("projection") { try $0.projected(fixed([4, 3]), bias: fixed([4])) },
    Function("sum") { try $0.squared().sum(1) }, Function("mean") { try $0.squared().mean(0) },
    Function("maximum") { try $0.maximum(1) },
    Function("cumulative sum") { try $0.cumulativeSum(1) },
    Function("cumulative product") { try $0.cumulativeProduct(1) },
    Function("sort") { try $0.sorted(1).values },
    Function("gather") { try $0.gathered(1, Tensor(indices: [2, 0, 0, 1], [2, 2])) },
    Function("pick") { try $0.picked(1, Tensor(indices: [2, 2, 0], [3])) },
    Function("slice and join") {
      try .concatenated([$0.sliced(1, 1..<3), $0.squared().sliced(1, 0..<3, step: 2)], 0)
    },
    Function("pad") { try $0.padded(left: 1, right: -1, top: 2, bottom: 0) },
    Function("flip") { try $0.flipped(1) * fixed([2, 3]) },
    Function("convolution", [1, 2, 5, 5]) {
      try $0.convolved(fixed([4, 1, 3, 3]), bias: fixed([4]), stride: 2, padding: 1, groups: 2)
    },
    Function("convolution kernel", [3, 2, 3, 3]) {
      try fixed([1, 2, 5, 4]).convolved($0, padding: 1)
    },
    Function("transposed convolution", [1, 2, 3, 3]) {
      try $0.convolvedTransposed(fixed([2, 3, 3, 3]), stride: (2, 1), padding: 1)
    },
    Function("max pool", [1, 1, 4, 4]) { try $0.maxPooled(2, stride: 2) },
    Function("average pool", [1, 1, 4, 4]) { try $0.averagePooled(2, stride: 2) },
    Function("enlarging", [1, 1, 3, 4]) { try $0.resized(height: 7, width: 6, antialiased: false) },
    Function("shrinking", [1, 1, 7, 8]) { try $0.resized(height: 3, width: 3, antialiased: true) },
    Function("sampling", [1, 2, 4, 4]) { try $0.sampled(at: fixed([1, 2, 3, 2]) * 0.4) },
    Function("sampling place", [1, 2, 2, 2]) {
      try fixed([1, 2, 6, 6]).sampled(at: $0 * 0.37 - 0.2)
    },
  ]

  /// Values from 0.6 to 1.4, no two alike.
  private func start(_ shape: [Int]) throws -> Tensor {
    let count = shape.reduce(1, *)
    let values = (0..<count).map { 0.6 + 0.8 * Float(($0 * 7 + 3) % count) / Float(count) }
    return try Tensor(values, shape)
  }

  @Test(arguments: functions) func gradientIsTheFiniteDifference(_ function: Function) throws {
    let x = try start(function.shape).leaf()
    let y = try function.body(x)
    let seed = try Self.fixed(y.shape, 3)
    let gradient = try #require(y.gradients([x], seed: seed)[0]).floats()
    let values = try x.floats()
    let step: Float = 2e-3
    func value(_ index: Int, _ change: Float) throws -> Double {
      var moved = values
      moved[index] += change
      let y = try function.body(Tensor(moved, function.shape))
      return try zip(y.floats(), seed.floats()).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }
    let largest = gradient.reduce(0) { max($0, abs($1)) }
    for index in values.indices {
      let slope = try (value(index, step) - value(index, -step)) / Double(2 * step)
      #expect(abs(slope - Double(gradient[index])) < 3e-3 * Double(max(largest, 0.1)))
    }
  }

  @Test func unrelatedInputHasNoGradient() throws {
    let (a, b) = (try Tensor([1, 2]).leaf(), try Tensor([3, 4]).leaf())
    let gradients = try a.squared().sum().gradients([a, b])
    #expect(try gradients[0]?.floats() == [2, 4])
    #expect(gradients[1] == nil)
  }

  @Test func seedWeighsTheOutputs() throws {
    let a = try Tensor([1, 2]).leaf()
    #expect(try a.squared().gradients([a], seed: Tensor([10, 1]))[0]?.floats() == [20, 4])
  }

  @Test func detachedValuesHaveNoHistory() throws {
    let a = try Tensor([3]).leaf()
    #expect(try (a.detached() * a).gradients([a])[0]?.floats() == [3])
    #expect(try !a.squared().detached().needsGradient)
  }

  @Test func recordingIsSwitchedOffAndOnAgain() throws {
    let a = try Tensor([3]).leaf()
    #expect(try !withoutGradients { try a.squared() }.needsGradient)
    #expect(try withoutGradients { try withGradients { try a.squared() } }.needsGradient)
    #expect(try a.squared().needsGradient)
  }

  @Test func recordingIsSwitchedOnAgainAfterAnError() throws {
    let a = try Tensor([3]).leaf()
    #expect(throws: TensorError.self) {
      try withoutGradients { try a.reshaped(2, 2) }
    }
    #expect(try a.squared().needsGradient)
  }
}
