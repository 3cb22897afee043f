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
  /// What the names of leaves of real pictures begin with.
  static let codes = "portraits."
  /// What is shipped: the moving average of all tensors.
  public let average: MovingAverage
  /// The codes of real pictures.
  public private(set) var portraitCodes: PortraitCodes
  /// Where tensors may differ from zero: 1 and 0 in the shape of each, by name.
  private(set) var reach: [String: Tensor] = [:]
  private var random: RandomSource
  let perceptual: (Tensor, Tensor) throws -> Tensor

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
    portraitCodes = try PortraitCodes()
    random = RandomSource(seed: seed)
  }

  /// Stores the appearance codes of known looks, `[appearanceBank, zDimension]`, with the mapping.
  public func remember(_ bank: Tensor) throws {
    let name = "backbone.mapping.appearance_bank"
    try generator.buffers[name]?.blend(towards: bank.to(generator.device), keeping: 0)
    try average.update([name: bank], keeping: 0)
  }

  /// Holds tensors at zero where their `reach`, of the same names and shapes, is 0; it is 1 elsewhere.
  public mutating func hold(within reach: [String: Tensor]) throws {
    self.reach = try reach.mapValues { try $0.to(generator.device) }
    try clip(generator.parameters)
    try clip(average.tensors)
  }

  /// Begins the codes of real pictures, where they have none yet.
  public mutating func meet(_ portraits: [PortraitView]) throws {
    try portraitCodes.begin(portraits, generator)
  }

  /// The averaged tensors, with the average style of the stored looks.
  public func shipped() throws -> [String: Tensor] {
    let config = generator.config
    var tensors = average.tensors
    if config.styleBank > 0, let middles = try portraitCodes.middles(config.styleBank) {
      tensors["backbone.mapping.style_bank"] = middles
    }
    let averaged = try Generator(Weights(checkpoint: tensors), config)
    tensors["backbone.mapping.w_avg"] = try averaged.mapping.averageStyle()
    return tensors
  }

  /// Goes on from a checkpoint.
  /// - Parameters:
  ///   - average: the averaged tensors by name
  ///   - first: Adam's running means, `second` of squares, `steps` by name
  ///   - portraits: leaves of the codes of real pictures
  public mutating func resume(
    step: Int, average stored: [String: Tensor], first: [String: Tensor],
    second: [String: Tensor], steps: [String: Int], portraits: [String: Tensor] = [:]
  ) throws {
    self.step = step
    portraitCodes = try PortraitCodes(portraits.mapValues { try $0.to(generator.device) })
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

  /// The weight of the density loss at the next step.
  var densityWeight: Float {
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

  /// Learns from some groups of views, all with as many views, and from real pictures.
  /// - Parameter portraits: pictures that were met; single rays do not learn from them, for want of depths
  public mutating func learn(
    _ groups: [ViewGroup], portraits: [PortraitView] = []
  ) throws -> SupervisedLosses {
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
    var (loss, losses) =
      phase == "rays"
      ? try rayLoss(groups, planes, ws, &random)
      : try knownLoss(groups, planes, ws, phase: phase, &random)
    let options = options
    var leaves = generator.parameters.filter { options.learns($0.key) }
    if !portraits.isEmpty, phase != "rays" {
      let real = try portraitLoss(portraits, phase: phase, &random)
      loss = try loss + real.loss
      losses.portraits = real.color
      for (name, leaf) in real.leaves { leaves["\(Self.codes)\(name)"] = leaf }
    }
    adam.rate = rate
    try adam.step(loss, leaves) { options.multiplier(of: $0) }
    try clip(generator.parameters)
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
}
