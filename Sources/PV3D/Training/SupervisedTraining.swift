import Foundation
import Tensors

/// Trains a generator on views with known codes, cameras, depths and pixels.
///
/// First single rays with samples around the true surface, which makes shape and color within minutes on a
/// CPU; then patches through the two-pass renderer and super-resolution, with a perceptual loss; last
/// whole frames.
public struct SupervisedTraining {
  public let options: SupervisedOptions
  public let generator: Generator
  public private(set) var adam: Adam
  public private(set) var step = 0
  /// What is shipped: the moving average of all tensors.
  public let average: MovingAverage
  private var random: RandomSource
  private let perceptual: (Tensor, Tensor) throws -> Tensor

  /// - Parameters:
  ///   - weights: with gradients; becomes the generator's
  ///   - perceptual: a distance of two image batches in -1...1, a scalar
  public init(
    _ weights: Weights, _ config: GeneratorConfig, _ options: SupervisedOptions, seed: UInt64,
    perceptual: @escaping (Tensor, Tensor) throws -> Tensor
  ) throws {
    generator = try Generator(weights, config)
    self.options = options
    self.perceptual = perceptual
    adam = Adam(rate: options.rate)
    average = try MovingAverage(weights.tensors)
    random = RandomSource(seed: seed)
  }

  /// Stores the appearance codes of known looks, `[appearanceBank, zDimension]`, with the mapping.
  public func remember(_ bank: Tensor) throws {
    let name = "backbone.mapping.appearance_bank"
    try generator.buffers[name]?.blend(towards: bank.to(generator.device), keeping: 0)
    try average.update([name: bank], keeping: 0)
  }

  /// The averaged tensors, with the average style of the stored looks.
  public func shipped() throws -> [String: Tensor] {
    let config = generator.config
    let averaged = try Generator(Weights(checkpoint: average.tensors), config)
    var tensors = average.tensors
    tensors["backbone.mapping.w_avg"] = try averaged.mapping.averageStyle()
    return tensors
  }

  /// Goes on from a checkpoint.
  /// - Parameters:
  ///   - average: the averaged tensors by name
  ///   - first: Adam's running means, `second` of squares, `steps` by name
  public mutating func resume(
    step: Int, average stored: [String: Tensor], first: [String: Tensor],
    second: [String: Tensor], steps: [String: Int]
  ) throws {
    self.step = step
    try average.update(stored, keeping: 0)
    adam.resume(first: first, second: second, steps: steps)
    // The draws of a step depend on its number alone, not on how often the training stopped.
    for _ in 0..<step { _ = random.next() }
  }

  /// The phase that the next step belongs to.
  public var phase: String { phase(at: step) }

  /// The phase of the step that is made after so many.
  public func phase(at step: Int) -> String {
    let done = Double(step) / Double(options.steps)
    if done < options.rayPart { return "rays" }
    return done < 1 - options.framePart ? "patches" : "frames"
  }

  private var densityWeight: Float {
    Double(step) < options.shapePart * Double(options.steps)
      ? options.densityWeight : options.heldDensityWeight
  }

  /// The learning rate of the next step: a cosine from the first to the last.
  public var rate: Float {
    let done = Float(min(1, Double(step) / Double(options.steps)))
    let fall = (1 + cos(done * .pi)) / 2
    let warm = min(1, Float(step + 1) / 100)
    return options.rate * warm * (options.finalRate + (1 - options.finalRate) * fall)
  }

  /// Learns from some groups of views, all with as many views.
  public mutating func learn(_ groups: [ViewGroup]) throws -> SupervisedLosses {
    let phase = phase
    var random = RandomSource(seed: random.next())
    let config = generator.config
    let batch = groups.count
    let device = generator.device
    let z = try Tensor(groups.flatMap(\.appearance), [batch, config.zDimension]).to(device)
    let motion = try Tensor(groups.flatMap(\.motion), [batch, config.motionDimension]).to(device)
    let front = try Camera.tensor(Array(repeating: .canonical, count: batch), on: device)
    let ws = try generator.mapping(z, label: front)
    let planes = try generator.synthesis(ws, motion: motion, noise: .none)
    let (loss, losses) =
      phase == "rays"
      ? try rayLoss(groups, planes, ws, &random)
      : try patchLoss(
        groups, planes, ws,
        side: phase == "frames" ? config.renderingResolution : options.patchSide,
        phase: phase, &random)
    adam.rate = rate
    let options = options
    try adam.step(loss, generator.parameters) { name in
      if name.hasSuffix("plane_mean") || name.hasSuffix("_offsets") {
        return options.planeMultiplier
      }
      return name.contains(".mapping.") ? options.mappingMultiplier : 1
    }
    step += 1
    let keep = pow(0.5, 1 / min(options.averageHalfLife, Double(step) * 0.1 + 1))
    try average.update(generator.parameters, keeping: keep)
    return losses
  }

  private func rayLoss(
    _ groups: [ViewGroup], _ planes: Tensor, _ ws: Tensor, _ random: inout RandomSource
  ) throws -> (Tensor, SupervisedLosses) {
    let config = generator.config
    let parts = try groups.map {
      try GuidedRays(
        $0, count: options.raysPerView, focus: options.focus, moving: options.movingPart,
        config: config, random: &random, device: generator.device)
    }
    func joined(_ part: (GuidedRays) -> Tensor) throws -> Tensor {
      try .concatenated(parts.map(part), 0)
    }
    let rays = Rays(
      origins: try joined(\.rays.origins), directions: try joined(\.rays.directions))
    let seen = try generator.renderer.marched(planes, rays, depths: joined(\.depths))
    let count = rays.origins.shape[1]
    let features = try seen.features.permuted(0, 2, 1)
      .reshaped(groups.count, config.planeFeatures, count, 1)
    let colors = try generator.toRaw(features, ws.selected(1, 0))
    let error = try colors - joined(\.colors)
    let color = try error.magnitude().mean()
    let mask = try joined(\.mask)
    let opacity = try (seen.opacity.reshaped(groups.count, count) - mask).magnitude().mean()
    let density = try densityLoss(
      planes, rays, surface: joined(\.surface), hits: joined(\.hits), &random)
    // Squares weigh what is far off, and fall silent where the color is right.
    let loss =
      try error.squared().mean() + color * 0.25 + opacity * options.opacityWeight
      + density * densityWeight
    return (
      loss,
      SupervisedLosses(
        phase: "rays", color: try color.item(), opacity: try opacity.item(), perceptual: 0,
        density: try density.item())
    )
  }

  /// The density loss along a few rays of each view.
  private func shapeLoss(
    _ groups: [ViewGroup], _ planes: Tensor, _ random: inout RandomSource
  ) throws -> Tensor {
    let parts = try groups.map {
      try GuidedRays(
        $0, count: options.shapeRays, focus: options.focus, config: generator.config,
        random: &random, device: generator.device)
    }
    let rays = Rays(
      origins: try .concatenated(parts.map(\.rays.origins), 0),
      directions: try .concatenated(parts.map(\.rays.directions), 0))
    return try densityLoss(
      planes, rays, surface: .concatenated(parts.map(\.surface), 0),
      hits: .concatenated(parts.map(\.hits), 0), &random)
  }

  /// Presses density down at two points before each surface and up at one just behind it.
  private func densityLoss(
    _ planes: Tensor, _ rays: Rays, surface: Tensor, hits: Tensor, _ random: inout RandomSource
  ) throws -> Tensor {
    let (batch, count) = (surface.shape[0], surface.shape[1])
    let start = generator.config.rayStart
    func uniform() throws -> Tensor { try random.uniform([batch, count]).to(surface.device) }
    let far = try start + (surface - 0.02 - start) * uniform()
    let close = try surface - uniform() * 0.06 - 0.01
    let inside = try surface + uniform() * 0.04 + 0.01
    let depths = try Tensor.concatenated([far, close, inside], 1).reshaped(batch, 3 * count, 1)
    let points =
      try Tensor.concatenated([rays.origins, rays.origins, rays.origins], 1)
      + Tensor.concatenated([rays.directions, rays.directions, rays.directions], 1) * depths
    let raw = try generator.renderer.density(planes, points: points)
    let density = try (raw - 1).softplus().reshaped(batch, 3 * count)
    func part(_ index: Int) throws -> Tensor {
      try density.sliced(1, index * count..<(index + 1) * count)
    }
    // What a ray loses within 0.05 units of free space, and what still passes 0.03 units of the head.
    let free = try (1 - (part(0) * -0.05).exponential() + 1 - (part(1) * -0.05).exponential())
      .mean()
    let solid = try ((part(2) * -0.03).exponential() * hits).mean()
    // Beyond ±100 nothing is gained but saturation.
    let excess = try (raw.magnitude() / 100 - 1).relu().mean()
    return try free + solid + excess * 0.1
  }

  /// The mean of an image's errors; those count more where the motion changes the pixel.
  /// - Parameters:
  ///   - error: `[views, channels, height, width]`
  ///   - moving: `[views, 1, height, width]` in 0...1
  private func mean(_ error: Tensor, moving: Tensor) throws -> Tensor {
    let weight = try moving * options.movingWeight + 1
    return try (error * weight).mean() / weight.mean()
  }

  private func patchLoss(
    _ all: [ViewGroup], _ planes: Tensor, _ ws: Tensor, side: Int, phase: String,
    _ random: inout RandomSource
  ) throws -> (Tensor, SupervisedLosses) {
    let config = generator.config
    var groups = all
    // A whole frame costs as much as several patches.
    if phase == "frames" {
      for index in groups.indices { groups[index].views = Array(groups[index].views.prefix(1)) }
    }
    let parts = try groups.map {
      try PatchRays(
        $0, side: side, resolution: config.renderingResolution, random: &random,
        device: generator.device)
    }
    let density = try shapeLoss(all, planes, &random)
    func joined(_ part: (PatchRays) -> Tensor) throws -> Tensor {
      try .concatenated(parts.map(part), 0)
    }
    let rays = Rays(
      origins: try joined(\.rays.origins), directions: try joined(\.rays.directions))
    var rendering = RenderingOptions()
    rendering.seed = random.next()
    rendering.jitters = true
    let seen = try generator.renderer(planes, rays, options: rendering)
    let views = groups[0].views.count
    let total = groups.count * views
    func image(_ rays: Tensor) throws -> Tensor {
      try Generator.image(rays.reshaped(total, side * side, -1), side)
    }
    let features = try image(seen.features)
    let styles = try ws.reshaped(groups.count, 1, config.styleCount, config.wDimension)
      .expanded([-1, views, -1, -1]).reshaped(total, config.styleCount, config.wDimension)
    let raw = try generator.toRaw(features, styles.selected(1, 0))
    let final = try generator.superResolution(
      raw, features: features, w: styles.selected(1, config.styleCount - 1),
      side: side == config.renderingResolution ? nil : side)
    // Near the edges of a patch the convolutions saw zeros instead of neighbors.
    let margin = side == config.renderingResolution ? 0 : side / 4
    let span = margin..<side * 4 - margin
    func inner(_ x: Tensor) throws -> Tensor { try x.sliced(2, span).sliced(3, span) }
    let (drawn, truth) = (try inner(final), try inner(joined(\.image)))
    let color = try mean((drawn - truth).magnitude(), moving: inner(joined(\.moving)))
    let rawError = try raw - joined(\.raw)
    let rawColor = try mean(
      rawError.magnitude() + rawError.squared() * 2, moving: joined(\.rawMoving))
    let opacity = try (image(seen.opacity) - joined(\.mask)).magnitude().mean()
    let distance = try perceptual(drawn, truth)
    let loss =
      try color + rawColor * 0.5 + opacity * options.opacityWeight
      + distance * options.perceptualWeight + density * densityWeight
    return (
      loss,
      SupervisedLosses(
        phase: phase, color: try color.item(), opacity: try opacity.item(),
        perceptual: try distance.item(), density: try density.item())
    )
  }
}
