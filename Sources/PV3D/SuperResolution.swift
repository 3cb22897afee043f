import Tensors

/// Enlarges a rendered feature image four times in two styled blocks.
///
/// All layers take the last style; none adds noise.
/// - Source: Chan et al. 2022, section 4.2; PV3D-SPEC section 11
public struct SuperResolution: Sendable {
  /// One doubling.
  struct Block: Sendable {
    let first: StyledConvolution
    let second: StyledConvolution
    let readOut: ToRGB
    let filter: Tensor

    init(
      _ scope: Scope, inputs: Int, outputs: Int, resolution: Int, styles: Int, deviation: Float,
      precision: Precision
    ) throws {
      filter = try scope.buffer("resample_filter", [4, 4], .values(Resampling.filter().floats()))
      first = try StyledConvolution(
        scope / "conv0", inputs: inputs, outputs: outputs, styles: styles, resolution: resolution,
        up: 2, clamp: 256, deviation: deviation, precision: precision)
      second = try StyledConvolution(
        scope / "conv1", inputs: outputs, outputs: outputs, styles: styles, resolution: resolution,
        clamp: 256, deviation: deviation, precision: precision)
      readOut = try ToRGB(
        scope / "torgb", inputs: outputs, outputs: 3, styles: styles, clamp: 256,
        deviation: deviation)
    }

    func callAsFunction(_ x: Tensor, _ image: Tensor, _ w: Tensor) throws -> (Tensor, Tensor) {
      let y = try second(first(x, w, noise: .none), w, noise: .none)
      return (y, try Resampling.upsampled(image, filter) + readOut(y, w))
    }
  }

  let blocks: [Block]
  let input: Int

  /// - Parameter precision: of the convolutions; what is read out is summed in full
  public init(
    _ scope: Scope, _ config: GeneratorConfig, precision: Precision = .full
  ) throws {
    input = config.superResolutionInput
    var inputs = config.planeFeatures
    var blocks: [Block] = []
    for (index, outputs) in config.superResolutionChannels.enumerated() {
      blocks.append(
        try Block(
          scope / "block\(index)", inputs: inputs, outputs: outputs,
          resolution: config.superResolutionInput << (index + 1), styles: config.wDimension,
          deviation: config.styleDeviation, precision: precision))
      inputs = outputs
    }
    self.blocks = blocks
  }

  /// - Parameters:
  ///   - image: `[batch, 3, R, R]`, the raw image
  ///   - features: `[batch, planeFeatures, R, R]`
  ///   - w: `[batch, wDimension]`, the last style
  ///   - side: to which the inputs are resized first; smaller than the configured one for patches
  ///   - observe: called with each block's image
  /// - Returns: `[batch, 3, side · 4, side · 4]`
  public func callAsFunction(
    _ image: Tensor, features: Tensor, w: Tensor, side: Int? = nil,
    observe: ((Tensor) -> Void)? = nil
  ) throws -> Tensor {
    let side = side ?? input
    var (x, y) = (features, image)
    if features.shape[2] != side {
      x = try x.resized(height: side, width: side, antialiased: true)
      y = try y.resized(height: side, width: side, antialiased: true)
    }
    for block in blocks {
      (x, y) = try block(x, y, w)
      observe?(y)
    }
    return y
  }
}
