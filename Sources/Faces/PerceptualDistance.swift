import Tensors

/// How different two images look: distances between unit-normalized features of SqueezeNet v1.0.
///
/// `d(a, b) = Σ_l mean_xy Σ_c (â_l - b̂_l)²` over the layers conv1, fire4 and fire8, weighted alike, where
/// `â` is a feature vector divided by its length. Differentiable with respect to both images.
/// - Source: Iandola et al. 2016 (network); Zhang et al. 2018, eq. 1 with uniform weights
public struct PerceptualDistance: Sendable {
  /// Feature maps of one batch of images, each vector of unit length.
  public struct Features: Sendable {
    package let maps: [Tensor]

    /// The same features without their history.
    public func detached() throws -> Features { Features(maps: try maps.map { try $0.detached() }) }
  }

  private let tensors: [String: Tensor]
  private let mean: Tensor
  /// Smaller images are enlarged to it: the layers leave nothing of less than 13 pixels.
  private static let smallestSide = 32

  public init(device: Device = .cpu) throws {
    tensors = try FaceResources.weights("squeezenet_v1.0_features").tensors().mapValues {
      try $0.to(device)
    }
    mean = try Tensor([104, 117, 123], [1, 3, 1, 1]).to(device)
  }

  /// - Parameters:
  ///   - a: `[batch, 3, height, width]`, RGB in -1...1
  ///   - b: of the same shape
  /// - Returns: `[batch]`
  public func callAsFunction(_ a: Tensor, _ b: Tensor) throws -> Tensor {
    try distance(features(a), features(b))
  }

  /// The features of `images`, to be compared more than once.
  /// - Parameter images: `[batch, 3, height, width]`, RGB in -1...1
  public func features(_ images: Tensor) throws -> Features {
    let maps = try activations((Self.enlarged(images) + 1).flipped(1) * 127.5 - mean)
    return Features(
      maps: try maps.map { try $0 / (($0 * $0).sum(1, keeping: true) + 1e-10).squareRoot() })
  }

  /// - Returns: `[batch]`
  public func distance(_ a: Features, _ b: Features) throws -> Tensor {
    var total: Tensor?
    for (one, other) in zip(a.maps, b.maps) {
      let difference = try one - other
      let part = try (difference * difference).sum(1).mean(1, 2)
      total = try total.map { try $0 + part } ?? part
    }
    return try total ?? Tensor.zeros([0])
  }

  private static func enlarged(_ images: Tensor) throws -> Tensor {
    let (height, width) = (images.shape[2], images.shape[3])
    guard min(height, width) < smallestSide else { return images }
    return try images.resized(
      height: max(height, smallestSide), width: max(width, smallestSide), antialiased: false)
  }

  /// What conv1, fire4 and fire8 give, rectified.
  /// - Parameter bgr: `[batch, 3, height, width]`, blue first, 0...255 less the network's mean
  package func activations(_ bgr: Tensor) throws -> [Tensor] {
    let first = try layer(bgr, "conv1", stride: 2)
    let fourth = try fires(pooled(first), 2...4)
    return [first, fourth, try fires(pooled(fourth), 5...8)]
  }

  private func pooled(_ x: Tensor) throws -> Tensor {
    try x.maxPooled(3, stride: 2, ceiling: true)
  }

  private func fires(_ x: Tensor, _ range: ClosedRange<Int>) throws -> Tensor {
    try range.reduce(x) { x, index in
      let squeezed = try layer(x, "fire\(index).squeeze1x1")
      return try .concatenated(
        [
          layer(squeezed, "fire\(index).expand1x1"),
          layer(squeezed, "fire\(index).expand3x3", padding: 1),
        ], 1)
    }
  }

  private func layer(
    _ x: Tensor, _ name: String, stride: Int = 1, padding: Int = 0
  ) throws -> Tensor {
    guard let weight = tensors["\(name).w"] else {
      throw WeightsError.missing("\(name).w", nearest: nil)
    }
    return try x.convolved(
      weight, bias: tensors["\(name).b"], stride: stride, padding: padding
    ).relu()
  }
}
