import Tensors

/// The StyleGAN2 backbone with motion layers that draws the three feature planes.
/// - Source: Xu et al. 2023 (PV3D), section 3.2; PV3D-SPEC section 5
public struct Synthesis: Sendable {
  public let blocks: [SynthesisBlock]
  let mean: Tensor?
  let appearance: AppearanceOffsets?
  let offsets: MotionOffsets?
  let config: GeneratorConfig

  public init(_ scope: Scope, _ config: GeneratorConfig) throws {
    self.config = config
    var inputs: Int?
    var blocks: [SynthesisBlock] = []
    for resolution in config.blockResolutions {
      blocks.append(
        try SynthesisBlock(
          scope / "b\(resolution)", resolution: resolution, inputs: inputs, config))
      inputs = config.channels(at: resolution)
    }
    self.blocks = blocks
    let side = config.planeResolution
    mean =
      config.hasPlaneMean
      ? try scope.parameter("plane_mean", [3 * config.planeFeatures, side, side], .zeros) : nil
    appearance = config.appearanceOffsets > 0 ? try AppearanceOffsets(scope, config) : nil
    offsets = config.motionOffsets > 0 ? try MotionOffsets(scope, config) : nil
  }

  /// - Parameters:
  ///   - ws: `[batch, styleCount, wDimension]`
  ///   - motion: `[batch, motionDimension]`, the motion code times t
  ///   - observe: called with each block's resolution, features and planes so far
  /// - Returns: `[batch, 3, planeFeatures, planeResolution, planeResolution]`
  public func callAsFunction(
    _ ws: Tensor, motion: Tensor, noise: Noise = .constant,
    observe: ((Int, Tensor, Tensor) -> Void)? = nil
  ) throws -> Tensor {
    let styles = try (0..<config.styleCount).map { try ws.selected(1, $0) }
    var x: Tensor?
    var image: Tensor?
    var start = 0
    for (block, resolution) in zip(blocks, config.blockResolutions) {
      let used = Array(styles[start...start + block.convolutionCount])
      let result = try block(x, image, styles: used, motion: motion, noise: noise)
      (x, image) = (result.features, result.image)
      observe?(resolution, result.features, result.image)
      start += block.convolutionCount
    }
    guard var planes = image else {
      throw TensorError(operation: "synthesis", reason: "the backbone has no blocks")
    }
    if let mean { planes = try planes + mean }
    if let appearance { planes = try planes + appearance(ws) }
    if let offsets { planes = try offsets(planes, motion) }
    let side = config.planeResolution
    return try planes.reshaped(ws.shape[0], 3, config.planeFeatures, side, side)
  }
}
