import TestSupport
import Tensors
import Testing

/// The fast kernel against the composition of tensor operations that it replaces.
@Suite(.serialized) struct PackedConvolutionTests {
  struct Sizes: Sendable, CustomStringConvertible {
    let batch, inputs, outputs, height, width: Int
    let up: Bool

    var description: String {
      "\(batch) x \(inputs) to \(outputs), \(height) x \(width)\(up ? ", doubled" : "")"
    }
  }

  static let sizes = [
    Sizes(batch: 1, inputs: 16, outputs: 16, height: 4, width: 4, up: false),
    Sizes(batch: 2, inputs: 32, outputs: 48, height: 9, width: 14, up: false),
    Sizes(batch: 1, inputs: 160, outputs: 64, height: 37, width: 33, up: false),
    Sizes(batch: 1, inputs: 16, outputs: 16, height: 1, width: 2, up: true),
    Sizes(batch: 2, inputs: 48, outputs: 16, height: 7, width: 10, up: true),
    Sizes(batch: 1, inputs: 64, outputs: 96, height: 33, width: 32, up: true),
  ]

  @Test(arguments: sizes, FusedRenderer.InstructionSet.allCases)
  func theKernelIsTheComposition(_ sizes: Sizes, _ set: FusedRenderer.InstructionSet) throws {
    let before = FusedRenderer.instructionSet
    guard FusedRenderer.use(set) == set else { return }
    defer { FusedRenderer.use(before) }
    var random = RandomSource(seed: 3)
    let weight = try random.normal([sizes.outputs, sizes.inputs, 3, 3])
    let x = try random.normal([sizes.batch, sizes.inputs, sizes.height, sizes.width])
    let style = try random.normal([sizes.batch, sizes.inputs])
    let demodulation = try random.uniform([sizes.batch, sizes.outputs]) * 0.1
    let (high, wide) = (sizes.height * (sizes.up ? 2 : 1), sizes.width * (sizes.up ? 2 : 1))
    var ending = PackedConvolution.Ending(bias: try random.normal([sizes.outputs]))
    ending.gain = 1.5
    ending.clamp = 2
    ending.noise = try random.normal([high, wide])
    ending.residual = try random.normal([sizes.batch, sizes.outputs, high, wide])
    let (noise, residual) = (try #require(ending.noise), try #require(ending.residual))

    let styled = try x * style.reshaped(sizes.batch, -1, 1, 1)
    let taps: [Float] = [1, 3, 3, 1]
    let filter = try Tensor(taps.flatMap { row in taps.map { row * $0 / 64 } }, [4, 4])
    var y: Tensor
    if sizes.up {
      let kernel = try (filter * 4).reshaped(1, 1, 4, 4).expanded([sizes.outputs, 1, 4, 4])
      y = try styled.convolvedTransposed(weight.permuted(1, 0, 2, 3), stride: (2, 2))
        .padded(left: 1, right: 1, top: 1, bottom: 1).convolved(kernel, groups: sizes.outputs)
    } else {
      y = try styled.convolved(weight, padding: 1)
    }
    y = try y * demodulation.reshaped(sizes.batch, -1, 1, 1) + noise
    y = try (y + ending.bias.reshaped(1, -1, 1, 1)).leakyReLU(0.2)
    let composed = try (y * 1.5).clamped(-2, 2) + residual
    let packed = try PackedConvolution(weight, filter: sizes.up ? filter : nil)
    let layer = PackedConvolution.Layer(
      packed, style: style, demodulation: demodulation, ending)
    let ours = try layer(x)
    // Before the clamp values reach 20, whose rounding shows below it.
    try expectClose(ours, composed, within: 1.5e-5)
    // What is laid out pixel by pixel already is read as it is.
    try expectClose(layer(x.channelsLast()), ours, within: 0)
  }

  /// Heights below, at and above a strip, and one that no tile divides.
  @Test(arguments: [3, 32, 36, 70])
  func stripsOfTwoLayersAreTheLayersOneAfterTheOther(_ height: Int) throws {
    var random = RandomSource(seed: 6)
    let taps: [Float] = [1, 3, 3, 1]
    let filter = try Tensor(taps.flatMap { row in taps.map { row * $0 / 64 } }, [4, 4])
    func layer(_ inputs: Int, _ outputs: Int, up: Bool) throws -> PackedConvolution.Layer {
      var ending = PackedConvolution.Ending(bias: try random.normal([outputs]))
      ending.clamp = 3
      return PackedConvolution.Layer(
        try PackedConvolution(random.normal([outputs, inputs, 3, 3]), filter: up ? filter : nil),
        style: try random.normal([2, inputs]),
        demodulation: try random.uniform([2, outputs]) * 0.1, ending)
    }
    let x = try random.normal([2, 16, height, 9])
    let (first, second) = (try layer(16, 32, up: true), try layer(32, 48, up: false))
    let (weight, bias) = (try random.normal([3, 48]), try random.normal([3]))
    let features = try second(first(x))
    let image = try features.convolved(weight.reshaped(3, 48, 1, 1), bias: bias).clamped(-5, 5)
    for keeping in [true, false] {
      let drawn = try PackedConvolution.pair(
        x, first, second, .init(weight: weight, bias: bias, clamp: 5), keeping: keeping)
      try expectClose(drawn.image, image, within: 3e-6)
      #expect((drawn.features == nil) == !keeping)
      if let kept = drawn.features { try expectClose(kept, features, within: 0) }
    }
  }

  @Test func imagesAreDoubledAsTheFilterSays() throws {
    var random = RandomSource(seed: 4)
    let image = try random.normal([2, 5, 6, 3])
    let added = try random.normal([2, 5, 12, 6])
    let taps: [Float] = [1, 3, 3, 1]
    let kernel = try Tensor(taps.flatMap { row in taps.map { row * $0 / 16 } }, [1, 1, 4, 4])
      .expanded([5, 1, 4, 4])
    let full = try image.convolvedTransposed(kernel, stride: (2, 2), groups: 5)
      .padded(left: -1, right: -1, top: -1, bottom: -1)
    try expectClose(image.doubled(plus: added), full + added, within: 1e-6)
  }

  @Test func wrongShapesAreNamed() throws {
    #expect(throws: TensorError.self) { try PackedConvolution(.ones([16, 8, 3, 3])) }
    let packed = try PackedConvolution(.ones([16, 16, 3, 3]))
    let error = #expect(throws: TensorError.self) {
      try PackedConvolution.Layer(
        packed, style: .ones([1, 8]), demodulation: .ones([1, 16]), .init(bias: .zeros([16])))(
          .ones([1, 16, 4, 4]))
    }
    #expect(error?.reason.contains("style is of shape [1, 8]") == true)
  }
}
