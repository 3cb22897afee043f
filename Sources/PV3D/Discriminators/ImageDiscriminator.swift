import Tensors

/// Judges single frames: the image beside the raw image, enlarged, and the camera.
/// - Source: Chan et al. 2022, section 4.3 (dual discrimination); PV3D-SPEC section 13
public struct ImageDiscriminator: Sendable {
  package let body: DiscriminatorBody
  let config: DiscriminatorConfig
  /// The trained tensors by name.
  public let parameters: [String: Tensor]
  /// The stored tensors that are not trained.
  public let buffers: [String: Tensor]

  /// Takes its tensors from `weights`, whose names begin with `prefix`.
  public init(
    _ weights: Weights, _ config: DiscriminatorConfig, prefix: String = "img_discriminator"
  ) throws {
    self.config = config
    body = try DiscriminatorBody(
      weights.scope(prefix), channels: 6, label: config.labelDimension, config)
    parameters = weights.parameters
    buffers = weights.buffers
  }

  /// - Parameters:
  ///   - image: `[batch, 3, side, side]`
  ///   - raw: `[batch, 3, R, R]`
  ///   - label: `[batch, 25]`
  ///   - observe: called with each block's resolution and features
  /// - Returns: `[batch, 1]`, larger for what looks real
  public func callAsFunction(
    _ image: Tensor, raw: Tensor, label: Tensor, observe: ((Int, Tensor) -> Void)? = nil
  ) throws -> Tensor {
    let side = config.imageResolution
    let enlarged = try raw.resized(height: side, width: side, antialiased: true)
    return try body(.concatenated([image, enlarged], 1), label: label, observe: observe)
  }
}
