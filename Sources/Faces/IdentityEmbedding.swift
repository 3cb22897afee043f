import Tensors

/// Who is seen: 128 numbers of which those of one person lie within a distance of 0.6.
///
/// A residual network over a chip of 150×150 pixels; differentiable with respect to the chip.
/// - Source: D. King, dlib_face_recognition_resnet_model_v1
public struct IdentityEmbedding: Sendable {
  /// A convolution with the affine layer after it folded in.
  private struct Layer: Sendable {
    let weight: Tensor
    let bias: Tensor

    init(_ file: Safetensors, _ index: Int, _ device: Device) throws {
      let gamma = try file.tensor("aff\(index).gamma")
      weight = try (file.tensor("conv\(index).w") * gamma.reshaped(-1, 1, 1, 1)).to(device)
      let beta = try file.tensor("aff\(index).beta")
      bias = try (file.tensor("conv\(index).b") * gamma + beta).to(device)
    }

    func callAsFunction(_ x: Tensor, stride: Int = 1, padding: Int = 0) throws -> Tensor {
      try x.convolved(weight, bias: bias, stride: stride, padding: padding)
    }
  }

  /// Where the network halves its resolution, by index of the block.
  private static let halving: Set = [3, 7, 10, 13]
  private let layers: [Layer]
  private let projection: Tensor
  private let mean: Tensor

  public init(device: Device = .cpu) throws {
    let file = try FaceResources.weights("dlib_face_recognition_resnet_v1")
    var layers: [Layer] = []
    for index in 0..<29 { layers.append(try Layer(file, index, device)) }
    self.layers = layers
    projection = try file.tensor("fc.w").to(device)
    mean = try Tensor([122.782, 117.001, 104.298], [1, 3, 1, 1]).to(device)
  }

  /// - Parameter chips: `[batch, 3, 150, 150]`, RGB in -1...1, eyes and nose as `FaceChip` places them
  /// - Returns: `[batch, 128]`
  public func callAsFunction(_ chips: Tensor) throws -> Tensor {
    let x = try ((chips + 1) * 127.5 - mean) / 256
    var features = try layers[0](x, stride: 2).relu().maxPooled(3, stride: 2)
    for block in 0..<14 {
      let (first, second) = (layers[2 * block + 1], layers[2 * block + 2])
      if Self.halving.contains(block) {
        let y = try second(first(features, stride: 2).relu(), padding: 1)
        let skip = try features.averagePooled(2, stride: 2)
        features = try Self.sum(y, skip).relu()
      } else {
        let y = try second(first(features, padding: 1).relu(), padding: 1)
        features = try (y + features).relu()
      }
    }
    return try features.mean(2, 3).multiplied(by: projection)
  }

  /// The sum of two tensors, each filled up with zeros to the larger height, width and channels.
  private static func sum(_ a: Tensor, _ b: Tensor) throws -> Tensor {
    let size = zip(a.shape, b.shape).map(max)
    func filled(_ x: Tensor) throws -> Tensor {
      try x.padded(left: 0, right: size[3] - x.shape[3], top: 0, bottom: size[2] - x.shape[2])
        .widened(to: size[1])
    }
    return try filled(a) + filled(b)
  }
}
