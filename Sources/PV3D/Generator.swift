import Tensors

/// What a generator draws for a batch of cameras.
public struct GeneratedImage: Sendable {
  /// `[batch, 3, side, side]`, about -1...1, not clamped.
  public let image: Tensor
  /// `[batch, 3, R, R]` before super-resolution.
  public let raw: Tensor
  /// `[batch, 1, R, R]` in world units from the camera.
  public let depth: Tensor
  /// `[batch, 1, R, R]`: how much of each ray was stopped.
  public let opacity: Tensor
  /// `[batch, R, R, 3]`, only when asked for.
  public let points: Tensor?
}

/// PV3D's generator: codes, time and a camera in, an image out.
/// - Source: Xu et al. 2023 (PV3D), section 3; PV3D-SPEC sections 1 and 12
public struct Generator: Sendable {
  public let config: GeneratorConfig
  public let mapping: Mapping
  public let synthesis: Synthesis
  public let renderer: VolumeRenderer
  public let toRaw: ToRGB
  public let superResolution: SuperResolution
  /// The trained tensors by their names below `generator.`.
  public let parameters: [String: Tensor]
  /// The stored tensors that are not trained.
  public let buffers: [String: Tensor]

  /// Takes its tensors from `weights`, whose names begin with `prefix`.
  /// - Parameter precision: of the super-resolution's convolutions
  /// - Source: PV3D-SPEC section 20
  public init(
    _ weights: Weights, _ config: GeneratorConfig, prefix: String = "",
    precision: Precision = .full
  ) throws {
    let scope = prefix.isEmpty ? weights.scope() : weights.scope(prefix)
    self.config = config
    synthesis = try Synthesis(scope / "backbone" / "synthesis", config)
    mapping = try Mapping(scope / "backbone" / "mapping", config)
    superResolution = try SuperResolution(
      scope / "superresolution", config, precision: precision)
    renderer = try VolumeRenderer(scope / "decoder", config)
    toRaw = try ToRGB(
      scope / "to_img_raw", inputs: config.planeFeatures, outputs: 3, styles: config.wDimension,
      clamp: 256, deviation: config.styleDeviation)
    parameters = weights.parameters
    buffers = weights.buffers
  }

  /// Where the tensors are, and where what they are used with must be.
  public var device: Device { mapping.average.device }

  /// Draws one image for each row of the arguments.
  /// - Parameters:
  ///   - z: `[batch, zDimension]`
  ///   - motion: `[batch, motionDimension]`, the motion code
  ///   - time: `[batch, 1]`
  ///   - label: `[batch, 25]` of the camera that looks
  ///   - condition: `[batch, 25]` that the mapping sees, as `label` when nil
  public func callAsFunction(
    z: Tensor, motion: Tensor, time: Tensor, label: Tensor, condition: Tensor? = nil,
    truncation: Float = 1, cutoff: Int? = nil, resolution: Int? = nil, noise: Noise = .constant,
    options: RenderingOptions = RenderingOptions()
  ) throws -> GeneratedImage {
    let ws = try mapping(z, label: condition ?? label, truncation: truncation, cutoff: cutoff)
    return try synthesized(
      ws, motion: motion * time.reshaped(-1, 1), label: label, resolution: resolution,
      noise: noise, options: options)
  }

  /// Draws images from styles.
  /// - Parameters:
  ///   - ws: `[batch, styleCount, wDimension]`
  ///   - motion: `[batch, motionDimension]`, the motion code times t
  public func synthesized(
    _ ws: Tensor, motion: Tensor, label: Tensor, resolution: Int? = nil, noise: Noise = .constant,
    options: RenderingOptions = RenderingOptions()
  ) throws -> GeneratedImage {
    let planes = try synthesis(ws, motion: motion, noise: noise)
    return try rendered(
      planes, ws, label: label, resolution: resolution, options: options)
  }

  /// Draws images of planes.
  /// - Parameters:
  ///   - planes: `[batch, 3, planeFeatures, side, side]`
  ///   - ws: `[batch, styleCount, wDimension]`
  public func rendered(
    _ planes: Tensor, _ ws: Tensor, label: Tensor, resolution: Int? = nil,
    options: RenderingOptions = RenderingOptions(), observe: ((Tensor) -> Void)? = nil
  ) throws -> GeneratedImage {
    let side = resolution ?? config.renderingResolution
    let margin = PictureMargin(config, resolution: side)
    let raw = try cast(
      planes, ws, label: label, resolution: side, margin: margin.rays, options: options)
    let image = try superResolution(
      raw.color, features: raw.features, w: ws.selected(1, config.styleCount - 1),
      side: superResolution.input + 2 * margin.input, observe: observe)
    return try GeneratedImage(
      image: image, raw: raw.color, depth: raw.depth, opacity: raw.opacity, points: raw.points
    ).cut(margin)
  }

  /// Rays in rows as an image: `[batch, side², channels]` to `[batch, channels, side, side]`.
  package static func image(_ rays: Tensor, _ side: Int) throws -> Tensor {
    try rays.permuted(0, 2, 1).reshaped(rays.shape[0], rays.shape[2], side, side)
  }

  /// Raw density and color features at points.
  /// - Parameters:
  ///   - points: `[batch, points, 3]` in world units
  ///   - motion: `[batch, motionDimension]`, the motion code times t
  public func query(
    _ points: Tensor, _ ws: Tensor, motion: Tensor, noise: Noise = .constant
  ) throws -> (density: Tensor, colors: Tensor) {
    try renderer.query(synthesis(ws, motion: motion, noise: noise), points: points)
  }
}
