import Tensors

/// What happens in a clip: the logits of 400 actions, which the Fréchet video distance compares.
///
/// An inflated 3-D network; a convolution over time is one over the channels of neighboring frames.
/// - Source: Carreira & Zisserman 2017 (I3D), weights of its Kinetics-400 model; PV3D-SPEC sections 18, Appendix B
public struct ActionNetwork {
  /// A convolution, normalization folded in, over `[frames, channels, height, width]`.
  private struct Unit {
    /// `[outputs, taps · inputs, size, size]`, the taps over time outside.
    let weight: Tensor
    let bias: Tensor
    let size: Int

    init(_ file: Safetensors, _ name: String) throws {
      let kernel = try file.tensor("params/\(name)/Conv_0/kernel")
      let shape = kernel.shape
      size = shape[2]
      let flat = try kernel.permuted(0, 2, 1, 3, 4).contiguous()
        .reshaped(shape[0], shape[2] * shape[1], shape[3], shape[4])
      guard file.entries.keys.contains("batch_stats/\(name)/BatchNorm_0/mean") else {
        (weight, bias) = (flat, try file.tensor("params/\(name)/Conv_0/bias"))
        return
      }
      let variance = try file.tensor("batch_stats/\(name)/BatchNorm_0/var").reshaped(-1)
      let mean = try file.tensor("batch_stats/\(name)/BatchNorm_0/mean").reshaped(-1)
      let scale = try (variance + 1e-3).reciprocalSquareRoot()
      weight = try flat * scale.reshaped(-1, 1, 1, 1)
      bias = try file.tensor("params/\(name)/BatchNorm_0/bias") - mean * scale
    }

    func callAsFunction(_ x: Tensor, stride: Int = 1) throws -> Tensor {
      let padded = try ActionNetwork.padded(x, size: size, stride: stride, space: stride)
      let taps = try ActionNetwork.taps(padded, size: size, stride: stride)
      return try Tensor.concatenated(taps, 1).convolved(weight, bias: bias, stride: stride).relu()
    }
  }

  /// Four branches side by side.
  private struct Mixed {
    let units: [Unit]

    init(_ file: Safetensors, _ name: String) throws {
      units = try [
        "Branch_0/Conv3d_0a_1x1", "Branch_1/Conv3d_0a_1x1", "Branch_1/Conv3d_0b_3x3",
        "Branch_2/Conv3d_0a_1x1", "Branch_2/Conv3d_0b_3x3", "Branch_3/Conv3d_0b_1x1",
      ].map { try Unit(file, "\(name)/\($0)") }
    }

    func callAsFunction(_ x: Tensor) throws -> Tensor {
      try .concatenated(
        [
          units[0](x), units[2](units[1](x)), units[4](units[3](x)),
          units[5](ActionNetwork.pooled(x, size: 3, stride: 1)),
        ], 1)
    }
  }

  private let first: Unit
  private let second: Unit
  private let third: Unit
  private let mixed: [Mixed]
  private let logits: Unit

  /// Reads the weights.
  public init(path: String) throws {
    let file = try Safetensors(path: path)
    first = try Unit(file, "Conv3d_1a_7x7")
    second = try Unit(file, "Conv3d_2b_1x1")
    third = try Unit(file, "Conv3d_2c_3x3")
    mixed = try ["3b", "3c", "4b", "4c", "4d", "4e", "4f", "5b", "5c"].map {
      try Mixed(file, "Mixed_\($0)")
    }
    logits = try Unit(file, "Logits/Conv3d_0c_1x1")
  }

  /// - Parameter clip: `[1, 3, frames, 224, 224]` in -1...1, at least 16 frames
  /// - Returns: `[1, 400]` logits, the mean over time, and before them `[1, 1024]` features
  public func callAsFunction(_ clip: Tensor) throws -> (logits: Tensor, features: Tensor) {
    let shape = clip.shape
    guard shape.count == 5, shape[0] == 1, shape[1] == 3, shape[2] >= 16,
      shape[3] == I3DInput.side, shape[4] == I3DInput.side
    else {
      throw TensorError(
        operation: "action network",
        reason: "clips have shape \(shape), not [1, 3, 16 or more, 224, 224]")
    }
    return try withoutGradients {
      var x = try first(clip.selected(0, 0).permuted(1, 0, 2, 3).contiguous(), stride: 2)
      x = try Self.pooled(x, size: 1, stride: 1, space: (3, 2))
      x = try third(second(x))
      x = try Self.pooled(x, size: 1, stride: 1, space: (3, 2))
      for (index, block) in mixed.enumerated() {
        if index == 2 { x = try Self.pooled(x, size: 3, stride: 2) }
        if index == 7 { x = try Self.pooled(x, size: 2, stride: 2) }
        x = try block(x)
      }
      // The mean over 7 × 7 places and over each two neighboring moments.
      let places = try x.mean(2, 3)
      let count = places.shape[0]
      let pairs = try (places.sliced(0, 0..<count - 1) + places.sliced(0, 1..<count)) / 2
      let weight = try logits.weight.reshaped(400, -1)
      return (
        try pairs.projected(weight, bias: logits.bias).mean(0, keeping: true),
        try pairs.mean(0, keeping: true)
      )
    }
  }

  /// Zeros around frames and in time as TensorFlow pads: the odd one at the end.
  private static func padded(
    _ x: Tensor, size: Int, stride: Int, space: Int, area: Int? = nil
  ) throws -> Tensor {
    let area = area ?? size
    let shape = x.shape
    func total(_ length: Int, _ size: Int, _ stride: Int) -> Int {
      max(((length + stride - 1) / stride - 1) * stride + size - length, 0)
    }
    let (rows, columns) = (total(shape[2], area, space), total(shape[3], area, space))
    var y = x
    if rows > 0 || columns > 0 {
      y = try y.padded(
        left: columns / 2, right: columns - columns / 2, top: rows / 2, bottom: rows - rows / 2)
    }
    let time = total(shape[0], size, stride)
    guard time > 0 else { return y }
    func empty(_ count: Int) throws -> [Tensor] {
      count > 0 ? [try .zeros([count] + y.shape.dropFirst()).to(x.device)] : []
    }
    return try .concatenated(empty(time / 2) + [y] + empty(time - time / 2), 0)
  }

  /// The frames that each tap over time sees, of padded frames.
  private static func taps(_ x: Tensor, size: Int, stride: Int) throws -> [Tensor] {
    let count = (x.shape[0] - size) / stride + 1
    return try (0..<size).map { tap in
      try x.sliced(0, tap..<tap + (count - 1) * stride + 1, step: stride)
    }
  }

  /// The maximum over `size` frames and places; zeros around do no harm after a rectifier.
  /// - Parameter space: size and stride over places where they differ from those over time
  private static func pooled(
    _ x: Tensor, size: Int, stride: Int, space: (size: Int, stride: Int)? = nil
  ) throws -> Tensor {
    let space = space ?? (size, stride)
    let padded = try padded(
      x, size: size, stride: stride, space: space.stride, area: space.size)
    let places = try padded.maxPooled(space.size, stride: space.stride)
    let taps = try taps(places, size: size, stride: stride)
    return try taps.dropFirst().reduce(taps[0]) { try .maximum($0, $1) }
  }
}
