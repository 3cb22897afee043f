import Tensors

/// What one rendering of the planes needs besides the planes.
public struct RenderingOptions: Sendable {
  /// Uniform numbers `[batch, rays, samples, 1]` that move coarse samples; nil for none.
  public var jitter: Tensor?
  /// Numbers in 0..<1, `[batch · rays, samples]`, that place fine samples in the distribution of what coarse ones found.
  public var u: Tensor?
  /// Whether samples are placed at random, as training needs, by numbers drawn from `seed` where `jitter` and `u` are nil.
  ///
  /// Otherwise they are placed evenly, fine ones at (i + 1/2) / samples: what is drawn has no grain.
  public var jitters = false
  /// Seed of the numbers that are not given.
  public var seed: UInt64 = 0
  /// Frames of a larger batch before the first of this one, whose numbers from `seed` are left out.
  public var skippedFrames = 0
  /// Whether points and the last interval's correction are returned.
  public var returnsPoints = false
  /// Whether the fused kernel is used where it can be.
  public var fused = true

  public init() {}
}

/// Features, depth and opacity of every ray.
public struct Rendering: Sendable {
  /// Shape `[batch, rays, features]`; -1 where nothing is.
  public let features: Tensor
  /// Shape `[batch, rays, 1]`, in world units from the camera.
  public let depth: Tensor
  /// `[batch, rays, 1]`: the weight of everything along the ray.
  public let opacity: Tensor
  /// `[batch, rays, 3]`: the mean point along the ray, only when asked for.
  public let points: Tensor?
}

/// Renders feature planes along rays in two passes, coarse and where the coarse one found something.
/// - Source: Chan et al. 2022, section 3; PV3D-SPEC section 10
public struct VolumeRenderer: Sendable {
  public let decoder: FeatureDecoder
  let config: GeneratorConfig

  public init(_ scope: Scope, _ config: GeneratorConfig) throws {
    decoder = try FeatureDecoder(scope, config)
    self.config = config
  }

  /// - Parameter planes: `[batch, 3, features, height, width]`
  public func callAsFunction(
    _ planes: Tensor, _ rays: Rays, options: RenderingOptions = RenderingOptions()
  ) throws -> Rendering {
    guard options.fused, planes.device == .cpu else { return try composed(planes, rays, options) }
    let options = try skipping(options, batch: rays.origins.shape[0], rays: rays.origins.shape[1])
    var sampling = sampling(fused: options)
    sampling.coarse = config.depthSamples
    sampling.fine = config.depthSamples
    sampling.jitter =
      options.returnsPoints
      ? nil
      : try options.jitter?.reshaped(
        rays.origins.shape[0], rays.origins.shape[1], config.depthSamples)
    sampling.drawsJitter = options.jitters && !options.returnsPoints
    sampling.u = try placement(options, rays: rays.origins.shape[0] * rays.origins.shape[1])
    let seen = try FusedRenderer.render(
      field(planes), origins: rays.origins, directions: rays.directions, sampling)
    return Rendering(
      features: seen.features, depth: seen.depth, opacity: seen.opacity,
      points: options.returnsPoints
        ? try rays.origins + rays.directions * seen.surface : nil)
  }

  /// The planes with the decoder's weights as they multiply.
  private func field(
    _ planes: Tensor, bounded: Bool = true
  ) throws -> FusedRenderer.Field {
    let last = try decoder.scaledOutput()
    return FusedRenderer.Field(
      planes: planes, hiddenWeight: try decoder.hidden.scaledWeight(),
      hiddenBias: try decoder.hidden.scaledBias(), outputWeight: last.weight,
      outputBias: last.bias, orthogonal: config.orthogonalPlanes,
      bounded: bounded && !config.isOfficial)
  }

  private func sampling(fused options: RenderingOptions) -> FusedRenderer.Sampling {
    var sampling = FusedRenderer.Sampling()
    sampling.near = config.rayStart
    sampling.far = config.rayEnd
    sampling.box = config.boxWarp
    sampling.whiteBack = config.whiteBack
    sampling.seed = options.seed
    return sampling
  }

  /// Raw density and colors at any points; the density of nothing beyond the cube that the planes of a compact model cover.
  ///
  /// Official models have there what their decoder makes of planes without features, as they were trained.
  /// - Parameters:
  ///   - points: `[batch, points, 3]`
  ///   - bounded: false for what the decoder makes of planes without features, which training presses down
  /// - Returns: `[batch, points, 1]` and `[batch, points, features]`
  public func query(
    _ planes: Tensor, points: Tensor, bounded: Bool = true
  ) throws -> (density: Tensor, colors: Tensor) {
    let found = try decoder(
      Triplane.sampled(
        planes, at: points, boxWarp: config.boxWarp, orthogonal: config.orthogonalPlanes))
    guard bounded, !config.isOfficial else { return found }
    let farthest = try points.detached().magnitude().maximum(2, keeping: true)
    let beyond = try ((farthest - config.boxWarp / 2) * 1e12).clamped(0, 1)
    return (try found.density * (1 - beyond) + beyond * Self.nothing, found.colors)
  }

  /// The raw density of nothing, as in the fused kernel.
  private static let nothing: Float = -1000

  /// Raw density at any points, `[batch, points, 3]` to `[batch, points, 1]`; see ``query(_:points:bounded:)``.
  public func density(_ planes: Tensor, points: Tensor, bounded: Bool = true) throws -> Tensor {
    guard planes.device == .cpu else {
      return try query(planes, points: points, bounded: bounded).density
    }
    return try FusedRenderer.query(
      field(planes, bounded: bounded), points: points, box: config.boxWarp, colors: false
    ).density
  }

  /// Renders in one pass with samples at given depths.
  /// - Parameter depths: `[batch, rays, samples]`, rising
  public func marched(_ planes: Tensor, _ rays: Rays, depths: Tensor) throws -> Rendering {
    if planes.device == .cpu {
      var sampling = sampling(fused: RenderingOptions())
      sampling.coarse = depths.shape[2]
      sampling.depths = depths
      let seen = try FusedRenderer.render(
        field(planes), origins: rays.origins, directions: rays.directions, sampling)
      return Rendering(
        features: seen.features, depth: seen.depth, opacity: seen.opacity, points: nil)
    }
    let shape = depths.shape
    let placed = try depths.reshaped(shape[0], shape[1], shape[2], 1)
    let found = try evaluated(planes, rays, placed)
    let seen = try RayMarching.march(
      colors: found.colors, densities: found.density, depths: placed, whiteBack: config.whiteBack)
    return Rendering(
      features: seen.features, depth: seen.depth, opacity: seen.opacity, points: nil)
  }

  /// The renderer as a composition of tensor operations; differentiable twice, and on any device.
  func composed(
    _ planes: Tensor, _ rays: Rays, _ options: RenderingOptions
  ) throws -> Rendering {
    let (batch, count) = (rays.origins.shape[0], rays.origins.shape[1])
    let samples = config.depthSamples
    let device = planes.device
    let coarse = try DepthSampling.stratified(
      batch: batch, rays: count, samples: samples, start: config.rayStart, end: config.rayEnd,
      jitter: try options.returnsPoints ? nil : jitter(options, batch, count, device),
      device: device)
    let first = try evaluated(planes, rays, coarse)
    let found = try RayMarching.march(
      colors: first.colors, densities: first.density, depths: coarse)
    guard let weights = found.weights else {
      throw TensorError(operation: "render", reason: "the march gave no weights")
    }
    let drawn =
      try placement(options, rays: batch * count)
      ?? RayDraws.placement(
        seed: options.seed, rays: batch * count, samples: samples,
        skipped: options.skippedFrames * count)
    let fine = try DepthSampling.importance(depths: coarse, weights: weights, u: drawn.to(device))
    let second = try evaluated(planes, rays, fine)
    let (depths, order) = try Tensor.concatenated([coarse, fine], 2).sorted(2)
    let colors = try Tensor.concatenated([first.colors, second.colors], 2)
      .gathered(2, order.expanded([batch, count, samples * 2, config.planeFeatures]))
    let densities = try Tensor.concatenated([first.density, second.density], 2)
      .gathered(2, order)
    let seen = try RayMarching.march(
      colors: colors, densities: densities, depths: depths, whiteBack: config.whiteBack)
    guard options.returnsPoints, let final = seen.weights else {
      return Rendering(
        features: seen.features, depth: seen.depth, opacity: seen.opacity, points: nil)
    }
    // The weights sum to 1, so that the mean of points on a ray is the point at the mean depth.
    let complete = try RayMarching.completed(final, opacity: seen.opacity)
    let distance = try (complete * RayMarching.middle(depths)).sum(2)
    let points = try rays.origins + rays.directions * distance
    return Rendering(
      features: seen.features, depth: seen.depth, opacity: seen.opacity, points: points)
  }

  /// What places fine samples; nil where they are drawn.
  private func placement(_ options: RenderingOptions, rays: Int) throws -> Tensor? {
    guard options.u == nil, !options.jitters else { return options.u }
    let count = config.depthSamples
    let even = (0..<count).map { (Float($0) + 0.5) / Float(count) }
    return try Tensor(even, [1, count]).expanded([rays, count])
  }

  private func jitter(
    _ options: RenderingOptions, _ batch: Int, _ rays: Int, _ device: Device
  ) throws -> Tensor? {
    guard options.jitter == nil, options.jitters else { return try options.jitter?.to(device) }
    return try RayDraws.jitter(
      seed: options.seed, batch: batch, rays: rays, samples: config.depthSamples,
      skipped: options.skippedFrames
    ).to(device)
  }

  /// Options that give their numbers where the fused renderer would draw those of skipped frames.
  private func skipping(
    _ options: RenderingOptions, batch: Int, rays: Int
  ) throws -> RenderingOptions {
    guard options.skippedFrames > 0, options.jitters else { return options }
    var given = options
    given.jitter = try jitter(options, batch, rays, .cpu)
    given.u =
      try options.u
      ?? RayDraws.placement(
        seed: options.seed, rays: batch * rays, samples: config.depthSamples,
        skipped: options.skippedFrames * rays)
    return given
  }

  /// Density and colors at depths along rays.
  private func evaluated(
    _ planes: Tensor, _ rays: Rays, _ depths: Tensor
  ) throws -> (density: Tensor, colors: Tensor) {
    let (batch, count, samples) = (depths.shape[0], depths.shape[1], depths.shape[2])
    let points =
      try rays.origins.reshaped(batch, count, 1, 3)
      + depths * rays.directions.reshaped(batch, count, 1, 3)
    let (density, colors) = try query(
      planes, points: points.reshaped(batch, count * samples, 3))
    return (
      try density.reshaped(batch, count, samples, 1),
      try colors.reshaped(batch, count, samples, config.planeFeatures)
    )
  }
}
