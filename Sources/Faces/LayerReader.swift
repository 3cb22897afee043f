import Tensors

/// Hands out the layers of a stored network in the order in which they are numbered.
struct LayerReader {
  private let file: Safetensors
  private var convolutions = 0
  private var depthwises = 0
  private var slopes = 0

  init(_ name: String) throws { file = try FaceResources.weights(name) }

  /// The next dense convolution.
  mutating func convolution(
    stride: Int = 1, padding: Convolution.Padding = .same
  ) throws -> Convolution {
    defer { convolutions += 1 }
    return try layer("conv\(convolutions)", stride, padding, depthwise: false)
  }

  /// The next convolution of each channel with a kernel of its own.
  mutating func depthwise(
    stride: Int = 1, padding: Convolution.Padding = .same
  ) throws -> Convolution {
    defer { depthwises += 1 }
    return try layer("depthwise\(depthwises)", stride, padding, depthwise: true)
  }

  /// The slopes of the next leaky rectifier, one a channel.
  mutating func slope() throws -> Tensor {
    defer { slopes += 1 }
    return try tensor("slope\(slopes)")
  }

  func tensor(_ name: String) throws -> Tensor { try file.tensor(name) }

  private func layer(
    _ name: String, _ stride: Int, _ padding: Convolution.Padding, depthwise: Bool
  ) throws -> Convolution {
    let weight = try tensor("\(name).weight")
    return Convolution(
      weight: weight, bias: try tensor("\(name).bias"), stride: stride, padding: padding,
      groups: depthwise ? weight.shape[0] : 1)
  }
}

/// A convolution with bias whose borders follow TensorFlow's rules.
struct Convolution: Sendable {
  /// How much is added around the input.
  enum Padding: Sendable {
    /// So much that the output has `⌈size / stride⌉` pixels, the odd one at the bottom and right.
    case same
    /// So many zeros on every side.
    case fixed(Int)
  }

  let weight: Tensor
  let bias: Tensor
  let stride: Int
  let padding: Padding
  let groups: Int

  var outputs: Int { weight.shape[0] }

  func callAsFunction(_ x: Tensor) throws -> Tensor {
    switch padding {
    case .fixed(let width):
      return try x.convolved(weight, bias: bias, stride: stride, padding: width, groups: groups)
    case .same:
      let (kernel, size) = (weight.shape, x.shape)
      let vertical = total(size[2], kernel[2])
      let horizontal = total(size[3], kernel[3])
      if vertical == horizontal, vertical % 2 == 0 {
        return try x.convolved(
          weight, bias: bias, stride: stride, padding: vertical / 2, groups: groups)
      }
      let padded = try x.padded(
        left: horizontal / 2, right: horizontal - horizontal / 2, top: vertical / 2,
        bottom: vertical - vertical / 2)
      return try padded.convolved(weight, bias: bias, stride: stride, groups: groups)
    }
  }

  private func total(_ size: Int, _ kernel: Int) -> Int {
    max(((size + stride - 1) / stride - 1) * stride + kernel - size, 0)
  }
}

extension Tensor {
  /// Zero channels appended until there are `channels`.
  func widened(to channels: Int) throws -> Tensor {
    let size = shape
    if size[1] >= channels { return self }
    let zeros = try Tensor.zeros([size[0], channels - size[1], size[2], size[3]]).to(device)
    return try .concatenated([self, zeros], 1)
  }

  /// Rows of `width` numbers, one pixel after the other: `[batch, pixels · channels / width, width]`.
  func rows(_ width: Int) throws -> Tensor {
    try permuted(0, 2, 3, 1).reshaped(shape[0], -1, width)
  }
}
