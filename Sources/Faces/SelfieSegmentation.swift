import Tensors

/// Which pixels show a person: a matte of 256×256 pixels.
/// - Source: MediaPipe's selfie_segmentation (a small MobileNetV3 with a decoder)
public struct SelfieSegmentation: Sendable {
  /// Channels weighted by what is seen in the whole image.
  private struct Gate: Sendable {
    let narrow: Convolution
    let widen: Convolution

    init(_ reader: inout LayerReader) throws {
      narrow = try reader.convolution()
      widen = try reader.convolution()
    }

    /// The weights, in 0...1, of `x`'s channels.
    func callAsFunction(_ x: Tensor) throws -> Tensor {
      try widen(narrow(x.mean(2, 3, keeping: true)).relu()).sigmoid()
    }
  }

  private struct Block: Sendable {
    let expand: Convolution
    let depthwise: Convolution
    let gate: Gate?
    let project: Convolution
    let hard: Bool
    let residual: Bool

    init(
      _ reader: inout LayerReader, stride: Int = 1, gated: Bool = true, hard: Bool = true
    ) throws {
      expand = try reader.convolution()
      depthwise = try reader.depthwise(stride: stride)
      gate = gated ? try Gate(&reader) : nil
      project = try reader.convolution()
      self.hard = hard
      residual = stride == 1
    }

    func callAsFunction(_ x: Tensor) throws -> Tensor {
      func active(_ x: Tensor) throws -> Tensor { try hard ? x.hardSwish() : x.relu() }
      var y = try active(depthwise(active(expand(x))))
      if let gate { y = try y * gate(y) }
      y = try project(y)
      return residual ? try y + x : y
    }
  }

  /// One step up: enlarged, narrowed and joined with the encoder's features of that size.
  private struct Ascent: Sendable {
    let narrow: Convolution
    let gate: Gate
    let pointwise: Convolution
    let depthwise: Convolution

    init(_ reader: inout LayerReader) throws {
      narrow = try reader.convolution()
      gate = try Gate(&reader)
      pointwise = try reader.convolution()
      depthwise = try reader.depthwise()
    }

    func callAsFunction(_ x: Tensor, _ skip: Tensor) throws -> Tensor {
      let (height, width) = (skip.shape[2], skip.shape[3])
      let enlarged = try narrow(x.resized(height: height, width: width, antialiased: false))
      let joined = try enlarged + skip * gate(enlarged + skip)
      let y = try pointwise(joined).relu()
      return try y + depthwise(y).relu()
    }
  }

  private let stem: Convolution
  private let encoder: [Block]
  private let context: [Convolution]
  private let decoder: [Ascent]
  private let weight: Tensor
  private let bias: Tensor

  public init() throws {
    var reader = try LayerReader("selfie_segmentation")
    stem = try reader.convolution(stride: 2)
    encoder = [
      try Block(&reader, stride: 2, hard: false),
      try Block(&reader, stride: 2, gated: false, hard: false),
      try Block(&reader, gated: false, hard: false),
      try Block(&reader, stride: 2), try Block(&reader), try Block(&reader), try Block(&reader),
      try Block(&reader),
    ]
    context = [try reader.convolution(), try reader.convolution()]
    decoder = [try Ascent(&reader), try Ascent(&reader), try Ascent(&reader)]
    weight = try reader.tensor("segment.weight")
    bias = try reader.tensor("segment.bias")
  }

  /// - Parameter x: `[batch, 3, 256, 256]`, RGB in 0...1
  /// - Returns: `[batch, 1, 256, 256]`, 1 where a person is
  public func callAsFunction(_ x: Tensor) throws -> Tensor {
    let first = try stem(x).hardSwish()
    let second = try encoder[0](first)
    let third = try encoder[2](encoder[1](second))
    let deep = try encoder[3...].reduce(third) { try $1($0) }
    var y = try context[0](deep).relu() * context[1](deep.mean(2, 3, keeping: true)).sigmoid()
    for (ascent, skip) in zip(decoder, [third, second, first]) { y = try ascent(y, skip) }
    return try y.convolvedTransposed(weight, bias: bias, stride: (2, 2)).sigmoid()
  }
}
