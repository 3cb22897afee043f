import Tensors

/// Judges pairs of frames with the time between them and both cameras.
/// - Source: Xu et al. 2023 (PV3D), section 3.3; PV3D-SPEC section 13
public struct VideoDiscriminator: Sendable {
  package let body: DiscriminatorBody
  let config: DiscriminatorConfig
  /// The trained tensors by name.
  public let parameters: [String: Tensor]
  /// The stored tensors that are not trained.
  public let buffers: [String: Tensor]

  /// Takes its tensors from `weights`, whose names begin with `prefix`.
  public init(
    _ weights: Weights, _ config: DiscriminatorConfig, prefix: String = "vid_discriminator"
  ) throws {
    self.config = config
    body = try DiscriminatorBody(
      weights.scope(prefix), channels: 7, label: 2 * config.labelDimension, config)
    parameters = weights.parameters
    buffers = weights.buffers
  }

  /// What the network looks at: both frames, and a plane of the time from the first to the second.
  /// - Parameters:
  ///   - image: `[pairs · 2, 3, side, side]`, the frames of a pair one after the other
  ///   - time: `[pairs, 2]`
  /// - Returns: `[pairs, 7, side, side]`
  public static func input(_ image: Tensor, time: Tensor) throws -> Tensor {
    let (pairs, height, width) = (time.shape[0], image.shape[2], image.shape[3])
    let elapsed = try (time.sliced(1, 1..<2) - time.sliced(1, 0..<1))
      .reshaped(pairs, 1, 1, 1).expanded([pairs, 1, height, width])
    return try .concatenated([image.reshaped(pairs, 6, height, width), elapsed], 1)
  }

  /// - Parameters:
  ///   - input: `[pairs, 7, side, side]` as `input(_:time:)` makes it
  ///   - label: `[pairs · 2, 25]`
  ///   - observe: called with each block's resolution and features
  /// - Returns: `[pairs, 1]`, larger for what looks real
  public func callAsFunction(
    _ input: Tensor, label: Tensor, observe: ((Int, Tensor) -> Void)? = nil
  ) throws -> Tensor {
    try body(
      input, label: label.reshaped(input.shape[0], 2 * config.labelDimension), observe: observe)
  }
}
