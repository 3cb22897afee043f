import Tensors

/// A generator against two discriminators, at one point of the training.
///
/// Each phase is a loss; who is moved by it is the optimizer's matter.
/// - Source: PV3D-SPEC section 14
public struct AdversarialPhases: Sendable {
  public let generator: Generator
  public let images: ImageDiscriminator
  public let videos: VideoDiscriminator
  public let loss: AdversarialLoss
  public let setting: AdversarialSchedule.Setting
  /// What all frames pass through before the discriminators see them; nil for nothing.
  public let transform: Transform?
  private let random: RandomSource
  private let blur: GaussianBlur
  /// Standard deviation of the distance at which densities are compared.
  private static let reach: Float = 0.004

  public init(
    _ generator: Generator, _ images: ImageDiscriminator, _ videos: VideoDiscriminator,
    loss: AdversarialLoss, setting: AdversarialSchedule.Setting, transform: Transform? = nil,
    random: RandomSource = RandomSource(seed: 0)
  ) throws {
    (self.generator, self.images, self.videos) = (generator, images, videos)
    (self.loss, self.setting) = (loss, setting)
    (self.transform, self.random) = (transform, random)
    blur = try GaussianBlur(sigma: setting.blurSigma)
  }

  /// Pairs of frames as the discriminators are shown them.
  public struct Shown: Sendable {
    /// Shape `[pairs · 2, 3, side, side]`.
    public let image: Tensor
    /// Shape `[pairs · 2, 3, R, R]`.
    public let raw: Tensor
    /// Shape `[pairs · 2, 25]`.
    public let label: Tensor
    /// Shape `[pairs, 2]`.
    public let time: Tensor

    public init(image: Tensor, raw: Tensor, label: Tensor, time: Tensor) {
      (self.image, self.raw, self.label, self.time) = (image, raw, label, time)
    }
  }

  /// Changes pairs of frames before both discriminators see them: both frames and the raw images of a pair alike.
  ///
  /// Gradients of generated frames pass through it. The random numbers are those of one batch.
  public typealias Transform = @Sendable (Shown, RandomSource) throws -> Shown

  /// Whose frames are shown; real and generated ones draw their transforms apart.
  private enum Origin: String { case real, generated }

  /// The one place at which frames are transformed, real and generated ones alike.
  private func transformed(
    _ shown: Shown, _ origin: Origin, in phase: AdversarialTraining.Phase
  ) throws -> Shown {
    try transform?(shown, random.derived("\(origin.rawValue) \(phase.rawValue)")) ?? shown
  }

  /// What the generator's mapping gives for a draw, `[pairs · 2, styleCount, wDimension]`.
  private func styles(_ draw: AdversarialDraw) throws -> Tensor {
    try generator.mapping(
      draw.z, label: draw.condition(swapping: setting.swapProbability))
  }

  /// Draws pairs of frames.
  public func generated(_ draw: AdversarialDraw) throws -> GeneratedImage {
    try generator.synthesized(
      styles(draw), motion: draw.moved, label: draw.label, resolution: setting.resolution,
      noise: draw.noise, options: draw.rendering)
  }

  /// Blurs drawn images, but not the raw ones.
  public func shown(_ made: GeneratedImage, _ draw: AdversarialDraw) throws -> Shown {
    Shown(image: try blur(made.image), raw: made.raw, label: try draw.label, time: draw.time)
  }

  /// Shrinks and blurs real frames.
  public func shown(_ real: FramePairs) throws -> Shown {
    let shape = real.frames.shape
    let image = try real.frames.reshaped([-1] + shape.dropFirst(2))
    let side = setting.resolution
    return Shown(
      image: try blur(image),
      raw: try blur(image.resized(height: side, width: side, antialiased: true)),
      label: try real.labels.reshaped(-1, real.labels.shape[2]), time: real.time)
  }

  /// The logits of both discriminators.
  public func scores(_ shown: Shown) throws -> AdversarialLoss.Scores {
    .init(
      image: try images(shown.image, raw: shown.raw, label: shown.label),
      video: try videos(
        VideoDiscriminator.input(shown.image, time: shown.time), label: shown.label))
  }

  /// Gmain: how little the drawn frames look real.
  public func generatorLoss(_ draw: AdversarialDraw) throws -> AdversarialLoss.Terms {
    let made = try shown(generated(draw), draw)
    return try loss.generator(scores(transformed(made, .generated, in: .generatorMain)))
  }

  /// Raw densities at the points of a draw and beside them, `[pairs · 2, points, 1]` each.
  public func densities(
    _ draw: AdversarialDraw
  ) throws -> (initial: Tensor, perturbed: Tensor) {
    guard let points = draw.points, let perturbations = draw.perturbations else {
      throw TensorError(operation: "density regularization", reason: "no points were drawn")
    }
    let places = try points * 2 - 1
    let beside = try places + perturbations * Self.reach
    let planes = try generator.synthesis(styles(draw), motion: draw.moved, noise: draw.noise)
    let density = try generator.renderer.density(
      planes, points: .concatenated([places, beside], 1), bounded: false)
    let count = places.shape[1]
    return (
      try density.sliced(1, 0..<count), try density.sliced(1, count..<2 * count)
    )
  }

  /// Greg: how much the density changes over a short distance.
  public func densityLoss(_ draw: AdversarialDraw) throws -> AdversarialLoss.Terms {
    let found = try densities(draw)
    return try loss.density(found.initial, found.perturbed)
  }

  /// Dmain: how badly the discriminators tell real from drawn frames.
  ///
  /// No gradient reaches the generator.
  public func discriminatorLoss(
    _ draw: AdversarialDraw, real: FramePairs
  ) throws -> AdversarialLoss.Terms {
    let found = try discriminatorScores(draw, real: real)
    return try loss.discriminator(generated: found.generated, real: found.real)
  }

  /// The logits of drawn frames, whose gradients end at the discriminators, and of real ones.
  public func discriminatorScores(
    _ draw: AdversarialDraw, real: FramePairs
  ) throws -> (generated: AdversarialLoss.Scores, real: AdversarialLoss.Scores) {
    let fake = try withoutGradients {
      try transformed(shown(generated(draw), draw), .generated, in: .discriminatorMain)
    }
    let truth = try transformed(shown(real), .real, in: .discriminatorMain)
    return try (scores(fake), scores(truth))
  }

  /// What the average style becomes in Dmain, `[wDimension]`.
  public func averageStyle(_ draw: AdversarialDraw) throws -> Tensor {
    try withoutGradients {
      let label = try draw.condition(swapping: setting.swapProbability)
      return try generator.mapping.averaged(with: generator.mapping.code(draw.z, label: label))
    }
  }

  /// The gradients of the logits of real frames with respect to what the discriminators look at.
  public struct InputGradients: Sendable {
    /// As the image, the raw image and the pairs' seven channels.
    public let image, raw, video: Tensor

    /// The squared length for each frame and for each pair.
    public var penalties: AdversarialLoss.Scores {
      get throws {
        .init(
          image: try image.squared().sum(1, 2, 3) + raw.squared().sum(1, 2, 3),
          video: try video.squared().sum(1, 2, 3))
      }
    }
  }

  /// Differentiable gradients at the tensors that are fed, so after blurring.
  public func inputGradients(_ shown: Shown) throws -> InputGradients {
    let (image, raw) = (try shown.image.leaf(), try shown.raw.leaf())
    let input = try VideoDiscriminator.input(shown.image, time: shown.time).leaf()
    let frames = try images(image, raw: raw, label: shown.label).sum()
      .gradients([image, raw], differentiable: true)
    let pairs = try videos(input, label: shown.label).sum()
      .gradients([input], differentiable: true)
    guard let ofImage = frames[0], let ofRaw = frames[1], let ofVideo = pairs[0] else {
      throw TensorError(operation: "gradient penalty", reason: "the logits ignore the frames")
    }
    return InputGradients(image: ofImage, raw: ofRaw, video: ofVideo)
  }

  /// Dreg: how steep the discriminators are at real frames.
  public func gradientLoss(real: FramePairs) throws -> AdversarialLoss.Terms {
    try loss.gradient(penalties(real: real))
  }

  /// The squared lengths of the gradients at real frames, differentiable.
  public func penalties(real: FramePairs) throws -> AdversarialLoss.Scores {
    try inputGradients(transformed(shown(real), .real, in: .discriminatorRegularization)).penalties
  }
}
