import Tensors

/// The network that both discriminators share: an image and a label in, a logit out.
/// - Source: Karras et al. 2020, figure 7; PV3D-SPEC section 13
public struct DiscriminatorBody: Sendable {
  let blocks: [DiscriminatorBlock]
  package let mapping: LabelMapping
  package let epilogue: DiscriminatorEpilogue
  let config: DiscriminatorConfig

  /// - Parameters:
  ///   - channels: of the image
  ///   - label: length of the label
  public init(
    _ scope: Scope, channels: Int, label: Int, _ config: DiscriminatorConfig
  ) throws {
    self.config = config
    _ = try scope.buffer("resample_filter", [4, 4], .values(Resampling.filter().floats()))
    let width = config.channels(at: 4)
    blocks = try config.blockResolutions.map { resolution in
      try DiscriminatorBlock(
        scope / "b\(resolution)", image: resolution == config.imageResolution ? channels : nil,
        inputs: config.channels(at: resolution), outputs: config.channels(at: resolution / 2),
        clamp: config.clamp, precision: config.precision(at: resolution))
    }
    mapping = try LabelMapping(
      scope / "mapping", inputs: label, outputs: width, layers: config.mappingLayers)
    epilogue = try DiscriminatorEpilogue(
      scope / "b4", channels: width, label: width, groupSize: config.groupSize,
      clamp: config.clamp)
  }

  /// - Parameters:
  ///   - x: `[batch, channels, side, side]`
  ///   - label: `[batch, label]`
  ///   - observe: called with each block's resolution and features
  /// - Returns: `[batch, 1]`
  public func callAsFunction(
    _ x: Tensor, label: Tensor, observe: ((Int, Tensor) -> Void)? = nil
  ) throws -> Tensor {
    var features = x
    for (block, resolution) in zip(blocks, config.blockResolutions) {
      features = try block(features)
      observe?(resolution, features)
    }
    return try epilogue(features, label: mapping(label))
  }
}
