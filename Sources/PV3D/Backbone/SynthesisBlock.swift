import Tensors

/// One resolution of the backbone: convolutions, the motion layer, and a read-out of the planes.
/// - Source: PV3D-SPEC section 5
public struct SynthesisBlock: Sendable {
  package let constant: Tensor?
  package let first: StyledConvolution?
  package let second: StyledConvolution
  package let motion: MotionLayer?
  let readOut: ToRGB
  let filter: Tensor

  /// - Parameter inputs: channels of the block before, or nil for the first block
  public init(_ scope: Scope, resolution: Int, inputs: Int?, _ config: GeneratorConfig) throws {
    let channels = config.channels(at: resolution)
    let name = "b\(resolution)"
    filter = try scope.buffer("resample_filter", [4, 4], .values(Resampling.filter().floats()))
    constant =
      inputs == nil
      ? try scope.parameter("const", [channels, resolution, resolution], .normal(1)) : nil
    first = try inputs.map {
      try StyledConvolution(
        scope / "conv0", inputs: $0, outputs: channels, styles: config.wDimension,
        resolution: resolution, up: 2, deviation: config.styleDeviation, name: "\(name).conv0")
    }
    second = try StyledConvolution(
      scope / "conv1", inputs: channels, outputs: channels, styles: config.wDimension,
      resolution: resolution, deviation: config.styleDeviation, name: "\(name).conv1")
    motion =
      resolution <= config.motionResolution
      ? try MotionLayer(
        scope / "motion_time_fuser", channels: channels, resolution: resolution, config) : nil
    readOut = try ToRGB(
      scope / "torgb", inputs: channels, outputs: 3 * config.planeFeatures,
      styles: config.wDimension, deviation: config.styleDeviation)
  }

  /// How many styles the convolutions take; the read-out takes the one after them.
  package var convolutionCount: Int { first == nil ? 1 : 2 }

  /// - Parameters:
  ///   - x: features of the block before
  ///   - image: planes so far
  ///   - styles: `[batch, wDimension]` each, one a convolution and one for the read-out
  ///   - motion: `[batch, motionDimension]`
  public func callAsFunction(
    _ x: Tensor?, _ image: Tensor?, styles: [Tensor], motion code: Tensor, noise: Noise
  ) throws -> (features: Tensor, image: Tensor) {
    let batch = code.shape[0]
    var y: Tensor
    if let first, let x {
      y = try first(x, styles[0], noise: noise)
      if let motion { y = try motion(y, code, noise: noise) }
      y = try second(y, styles[1], noise: noise)
    } else if let constant {
      y = try constant.reshaped([1] + constant.shape).expanded([batch] + constant.shape)
      y = try second(y, styles[0], noise: noise)
      if let motion { y = try motion(y, code, noise: noise) }
    } else {
      throw TensorError(operation: "synthesis block", reason: "no features were given")
    }
    let read = try readOut(y, styles[convolutionCount])
    guard let image else { return (y, read) }
    return (y, try Resampling.upsampled(image, filter) + read)
  }
}
