import Tensors

/// Finds the codes, and then the generator, that draw the frames of a video.
///
/// Appearance first: the nearest of the stored looks, then one style, then a style for each layer; the
/// motion and the camera of the frames are refined with it. Then the generator is tuned around these
/// codes. Views from the side keep styles of layers from adding to the head of the one style, and hold the shape of the
/// untuned generator while it is tuned.
/// - Source: Roich et al. 2022 (pivotal tuning); Abdal et al. 2019 (extended styles)
public struct Inverter {
  /// Distances that other rooms know, of images in -1...1.
  public struct Distances {
    /// Of two batches `[n, 3, side, side]`, a scalar.
    public var perceptual: (Tensor, Tensor) throws -> Tensor
    /// Of drawn images from the frames with these indices, a scalar; nil for none.
    public var identity: ((Tensor, [Int]) throws -> Tensor)?

    public init(
      perceptual: @escaping (Tensor, Tensor) throws -> Tensor,
      identity: ((Tensor, [Int]) throws -> Tensor)? = nil
    ) {
      self.perceptual = perceptual
      self.identity = identity
    }
  }

  let generator: Generator
  let targets: [InversionTarget]
  let options: InversionOptions
  let distances: Distances
  /// The motion code of a face's mirror image; nil where it is not known, and no mirror images are used.
  public var mirroredMotion: (([Float]) -> [Float])?
  /// A motion that the face might make, from one that it makes; nil adds N(0, 1) to that one.
  public var otherMotion: (([Float], inout RandomSource) -> [Float])?
  /// Called after each step with the steps done and to do, and the loss.
  public var progress: ((Int, Int, Float) throws -> Void)?
  /// Offered after each step what makes a checkpoint of it, for as long as the call takes.
  public var offer: ((() throws -> InversionCheckpoint) throws -> Void)?
  var random: RandomSource
  private var step = 0
  /// What is to stay empty; nil where nothing is known of it.
  private let free: FreeSpace?

  public init(
    _ generator: Generator, _ targets: [InversionTarget], options: InversionOptions, seed: UInt64,
    distances: Distances
  ) throws {
    guard !targets.isEmpty else {
      throw TensorError(operation: "inversion", reason: "there is no frame to invert")
    }
    self.generator = generator
    self.targets = try targets.map { try $0.on(generator.device) }
    self.options = options
    self.distances = distances
    random = RandomSource(seed: seed)
    free = options.freeSpaceWeight > 0 ? try FreeSpace(generator) : nil
  }

  private var total: Int { options.styleSteps + options.extendedSteps + options.tuningSteps }

  /// Inverts the frames given, which should be few and different.
  /// - Parameter checkpoint: of an inversion of the same frames by the same generator, options and
  ///   seed; the result is what that one would have found
  public mutating func run(from checkpoint: InversionCheckpoint? = nil) throws -> InversionResult {
    let frames = targets.count
    let device = generator.device
    let cameras = try CameraRefinement(
      targets.map(\.camera), corrections: checkpoint?.tensor("corrections"), on: device)
    let start = try Tensor(
      targets.flatMap(\.motion), [frames, generator.config.motionDimension]
    ).to(device)
    let motion = try (checkpoint?.tensor("motion").to(device) ?? start).leaf()
    let styles = try checkpoint?.tensor("styles").to(device) ?? nearestStyle(cameras, motion)
    var state = InversionState(
      cameras: cameras, motion: motion, startMotion: start, styles: try styles.leaf(),
      pivot: try checkpoint?.tensor("pivot").to(device) ?? styles)
    if let checkpoint {
      random = checkpoint.random
      step = checkpoint.step
      state.tuned = checkpoint.tuned
      state.adam.resume(
        first: checkpoint.first, second: checkpoint.second, steps: checkpoint.counts)
    }
    try fit(&state, until: options.styleSteps)
    if step <= options.styleSteps { state.pivot = try state.styles.detached() }
    let count = generator.config.styleCount
    state.styles = try state.styles.detached().expanded([1, count, generator.config.wDimension])
      .leaf()
    try fit(&state, from: options.styleSteps, until: options.styleSteps + options.extendedSteps)
    let tuned = options.tuningSteps > 0 ? try tune(state) : [:]
    let codes = try state.motion.floats()
    let width = generator.config.motionDimension
    return InversionResult(
      styles: try state.styles.detached(),
      motion: (0..<frames).map { Array(codes[$0 * width..<($0 + 1) * width]) },
      cameras: try cameras.cameras(), tuned: tuned)
  }

  func indices(_ frames: [Int]) throws -> Tensor {
    try Tensor(indices: frames, [frames.count]).to(generator.device)
  }

  /// Frames for one step, and the seed of its rays.
  private mutating func batch() throws -> (frames: [Int], indices: Tensor, seed: UInt64) {
    let size = min(options.batch, targets.count)
    let frames = Array(Array(targets.indices).shuffled(using: &random).prefix(size))
    return (frames, try indices(frames), random.next())
  }

  /// The stored look whose small rendering is nearest to the frames, `[1, 1, wDimension]`.
  private func nearestStyle(_ cameras: CameraRefinement, _ motion: Tensor) throws -> Tensor {
    try withoutGradients {
      let bank = try generator.mapping.knownStyles()
      let index = try indices([0])
      let side = 32
      let first = try TargetBatch([targets[0]]).resized(side)
      let label = try cameras.corrected(index)
      let pose = try motion.picked(0, index)
      var best: (Float, Tensor)?
      for row in 0..<bank.shape[0] {
        let style = try bank.sliced(0, row..<row + 1).reshaped(1, 1, -1)
        let seen = try generator.raw(
          style: style, motion: pose, label: label, resolution: side)
        let drawn = try first.composite(seen.color, seen.opacity)
        let distance = try (drawn - first.image).magnitude().mean().item()
        if distance < best?.0 ?? .infinity { best = (distance, style) }
      }
      guard let best else {
        return try generator.mapping.averageStyle().reshaped(1, 1, -1)
      }
      return best.1
    }
  }

  /// Moves styles, motion and cameras downhill, from one step to another.
  private mutating func fit(
    _ state: inout InversionState, from first: Int = 0, until end: Int
  ) throws {
    if step <= first { state.adam = InversionState.newAdam }
    let known = try generator.mapping.knownStyles()
    let center = try known.mean(0).reshaped(1, 1, -1)
    let spread = try Mapping.spread(of: known)
    while step < end {
      let (frames, indices, seed) = try batch()
      let label = try state.cameras.corrected(indices)
      let motion = try state.motion.picked(0, indices)
      let ws = try state.styles.expanded([
        frames.count, generator.config.styleCount, generator.config.wDimension,
      ])
      let (drawn, floating) = try draw(generator, ws, motion, label, seed)
      let away = try ((state.styles - center) / spread).squared().mean()
      let moved = try (motion - state.startMotion.picked(0, indices)).squared().mean()
      var loss =
        try difference(drawn, frames) + floating + away * 0.002 + moved * options.startWeight
        + state.cameras.size(indices) * 0.002
      if state.styles.shape[1] > 1, options.priorWeight > 0 {
        loss = try loss + added(state) * options.priorWeight
      }
      let fall = Float(end - step) / Float(end - first)
      let gradients = try loss.gradients([
        state.styles, state.motion, state.cameras.corrections,
      ])
      try state.adam.apply(
        "styles", state.styles, gradients[0], multiplier: options.styleRate * min(1, fall * 2))
      try state.adam.apply(
        "motion", state.motion, gradients[1], multiplier: options.motionRate)
      try state.adam.apply(
        "cameras", state.cameras.corrections, gradients[2], multiplier: options.cameraRate)
      try report(loss, state)
    }
  }

  /// Tunes all tensors below the mapping but for the motion flow, around the codes found.
  private mutating func tune(_ state: InversionState) throws -> [String: Tensor] {
    var state = state
    let first = options.styleSteps + options.extendedSteps
    if step <= first { state.adam = InversionState.newAdam }
    let device = generator.device
    let all = generator.parameters.merging(generator.buffers) { first, _ in first }
      .merging(try state.tuned.mapValues { try $0.to(device) }) { _, tuned in tuned }
    let weights = Weights(checkpoint: all, gradients: true)
    let tuned = try Generator(weights, generator.config)
    let trained = tuned.parameters.filter {
      !$0.key.contains(".mapping.") && !$0.key.hasSuffix("noise_strength")
        && !$0.key.contains(".motion_flow")
    }
    state.tuned = trained
    let ws = try state.styles.detached()
    let mirrored = try mirroredViews(state)
    let unseen = options.unseenWeight > 0 ? try unseenSurface(state, mirrored) : nil
    while step < total {
      let (frames, indices, seed) = try batch()
      let label = try state.cameras.corrected(indices).detached()
      let motion = try state.motion.detached().picked(0, indices)
      let styles = try ws.expanded([frames.count, -1, -1])
      let (drawn, floating) = try draw(tuned, styles, motion, label, seed)
      var loss = try difference(drawn, frames) + floating
      if options.priorWeight > 0 || options.motionPriorWeight > 0 || unseen != nil {
        loss = try loss + sideViews(tuned, ws, state, unseen)
      }
      if let mirrored, !mirrored.isEmpty {
        loss = try loss + seen(mirrored, tuned, ws) * options.mirrorWeight
      }
      let fall = Float(total - step) / Float(options.tuningSteps)
      let rate = options.tuningRate * min(1, fall * 2)
      try state.adam.step(loss, trained) { _ in rate }
      try report(loss, state)
    }
    return try trained.mapValues { try $0.detached() }
  }

  /// The frames, and what floats before the face by its weight.
  private mutating func draw(
    _ generator: Generator, _ ws: Tensor, _ motion: Tensor, _ label: Tensor, _ seed: UInt64
  ) throws -> (image: GeneratedImage, floating: Tensor) {
    var rendering = RenderingOptions()
    rendering.seed = seed
    rendering.jitters = true
    let planes = try generator.synthesis(ws, motion: motion)
    let image = try generator.rendered(planes, ws, label: label, options: rendering)
    let floating =
      try free.map {
        try $0.content(of: planes, generator, using: &random) * options.freeSpaceWeight
      } ?? Tensor(full: 0, []).to(generator.device)
    return (image, floating)
  }

  /// How far drawn images are from the frames with these indices.
  private func difference(_ drawn: GeneratedImage, _ frames: [Int]) throws -> Tensor {
    let truth = try TargetBatch(frames.map { targets[$0] })
    let small = try truth.resized(drawn.raw.shape[2])
    let image = try truth.composite(drawn.image, drawn.opacity)
    let raw = try small.composite(drawn.raw, drawn.opacity)
    var loss = try (image - truth.image).magnitude().mean()
    loss = try loss + (raw - small.image).magnitude().mean() * 0.5
    loss = try loss + (drawn.opacity - small.mask).magnitude().mean() * options.opacityWeight
    loss = try loss + distances.perceptual(image, truth.image) * options.perceptualWeight
    if let identity = distances.identity {
      loss = try loss + identity(image, frames) * options.identityWeight
    }
    return loss
  }

  private mutating func report(_ loss: Tensor, _ state: InversionState) throws {
    step += 1
    let (step, random) = (step, random)
    try offer?({ try InversionCheckpoint(step: step, random: random, state) })
    try progress?(step, total, loss.item())
  }
}
