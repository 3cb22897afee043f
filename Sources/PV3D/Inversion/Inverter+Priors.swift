import Tensors

/// What holds styles that differ, and a generator that is tuned, where frames do not see.
extension Inverter {
  /// The largest deviation of the normal motions that the prior adds to those of the frames.
  private static let priorMotion: Float = 1.2

  /// A motion `[1, motionDimension]` that the face might make, from one that it makes.
  private mutating func other(_ own: Tensor) throws -> Tensor {
    guard let otherMotion else {
      return try own + random.normal(own.shape).to(own.device)
        * .random(in: 0...Self.priorMotion, using: &random)
    }
    return try Tensor(otherMotion(own.floats(), &random), own.shape).to(own.device)
  }

  /// A camera from the side of a face.
  private mutating func sideCamera() -> Camera {
    Camera(
      yaw: .random(in: -0.7...0.7, using: &random), pitch: .random(in: -0.25...0.25, using: &random)
    )
  }

  /// How differently two views are shaped.
  private static func shape(_ now: RawImage, _ truth: RawImage) throws -> Tensor {
    try (now.opacity - truth.opacity).magnitude().mean()
      + ((now.depth - truth.depth) * truth.opacity).magnitude().mean() * 5
  }

  /// How much styles that differ add to the head of the one style they began from, seen from a random side: beside it,
  /// in parts of the picture, and before it, in fifths of a world unit.
  ///
  /// Frames leave open how far before a face they draw what they lack, and one style draws whole heads. What is less
  /// than ``reach`` pixels away is their shape.
  mutating func added(_ state: InversionState) throws -> Tensor {
    let camera = sideCamera()
    let frame = Int.random(in: targets.indices, using: &random)
    let motion = try state.motion.detached().picked(0, indices([frame]))
    let label = try Camera.tensor([camera], on: generator.device)
    var rendering = RenderingOptions()
    rendering.seed = random.next()
    rendering.jitters = true
    func seen(_ styles: Tensor) throws -> RawImage {
      let ws = try styles.expanded([1, generator.config.styleCount, -1])
      return try generator.raw(
        ws, motion: motion, label: label, resolution: Self.coarseSide, options: rendering)
    }
    func widened(_ picture: Tensor) throws -> Tensor {
      try picture.maxPooled(2 * Self.reach + 1, stride: 1, padding: Self.reach)
    }
    let one = try withoutGradients { try seen(state.pivot) }
    let now = try seen(state.styles)
    let beside = try (now.opacity - widened(one.opacity)).relu()
    let inside = try 1 - widened(1 - one.opacity)
    let before = try (one.depth - now.depth - Self.slack).relu() * inside
    return try beside.mean() + before.mean() * 5
  }

  /// Pixels of a view that styles may reach beyond the head of the one style.
  private static let reach = 2
  /// The same in world units at the head: the picture is 0.63 of them wide.
  private static let slack: Float = 0.04

  /// How far the tuned generator is from the untuned one, seen from a random side in a random motion, by its weights.
  ///
  /// Shape is held firmly, color loosely: the color of the frames should reach the sides. What the motion changes is
  /// held where that has a weight (`MotionChange`), and the detail of what no frame shows (`UnseenSurface`).
  mutating func sideViews(
    _ tuned: Generator, _ ws: Tensor, _ state: InversionState, _ unseen: UnseenSurface?
  ) throws -> Tensor {
    let camera = sideCamera()
    let frame = Int.random(in: targets.indices, using: &random)
    let own = try state.motion.detached().picked(0, indices([frame]))
    // Other motions too: those of the frames alone let tuning forget how the mouth opens.
    let moved = try other(own)
    let holdsChange = options.motionPriorWeight > 0
    let motion = try holdsChange ? Tensor.concatenated([moved, own], 0) : moved
    let label = try Camera.tensor([camera], on: generator.device).expanded([motion.shape[0], -1])
    let styles = try ws.expanded([motion.shape[0], -1, -1])
    var rendering = RenderingOptions()
    rendering.seed = random.next()
    rendering.jitters = true
    // Lips and strands are finer than what holds the shape.
    let side = holdsChange || unseen != nil ? generator.config.renderingResolution : Self.coarseSide
    func seen(_ generator: Generator) throws -> RawImage {
      try generator.raw(
        styles, motion: motion, label: label, resolution: side, options: rendering)
    }
    let truth = try withoutGradients { try seen(generator) }
    let now = try seen(tuned)
    let (first, before) = (try now.first, try truth.first)
    let color = try (first.color - before.color).magnitude().mean()
    var sides = try (Self.shape(first, before) + color * 0.15) * options.priorWeight
    if let unseen {
      let part = try unseen.part(depth: before.depth, opacity: before.opacity, camera: camera)
      sides = try sides + unseen.distance(first, before, in: part) * options.unseenWeight
    }
    guard holdsChange else { return sides }
    let change = try MotionChange(of: generator, truth, ws)
    return try sides + change.distance(now, of: tuned) * options.motionPriorWeight
  }

  /// What the frames show of the person, and their mirror images by their weights.
  func unseenSurface(
    _ state: InversionState, _ mirrored: MirroredViews?
  ) throws -> UnseenSurface {
    var unseen = UnseenSurface(side: generator.config.renderingResolution)
    let width = generator.config.motionDimension
    let codes = try state.motion.floats()
    let cameras = try state.cameras.cameras()
    func add(_ target: InversionTarget, weight: Float) throws {
      let seen = try withoutGradients {
        try drawn(target, generator, state.styles, side: unseen.side)
      }
      try unseen.add(target.camera, depth: seen.depth, opacity: seen.opacity, weight: weight)
    }
    for index in targets.indices {
      var target = targets[index]
      target.camera = cameras[index]
      target.motion = Array(codes[index * width..<(index + 1) * width])
      try add(target, weight: 1)
    }
    for (target, weight) in zip(mirrored?.targets ?? [], mirrored?.weights ?? []) {
      try add(target, weight: weight * min(options.mirrorWeight, 1))
    }
    return unseen
  }

  /// Pixels along the side of pictures that tell a shape, or where mirror images count.
  private static let coarseSide = 32

  /// What a mirror shows of the frames, where no frame sees the face from that side.
  func mirroredViews(_ state: InversionState) throws -> MirroredViews? {
    guard let mirroredMotion, options.mirrorWeight > 0 else { return nil }
    let width = generator.config.motionDimension
    let codes = try state.motion.floats()
    let motion = targets.indices.map {
      mirroredMotion(Array(codes[$0 * width..<($0 + 1) * width]))
    }
    var views = try MirroredViews(targets, cameras: state.cameras.cameras(), motion: motion)
    views.parts = try withoutGradients {
      try views.targets.map { target in
        let seen = try drawn(target, generator, state.styles, side: Self.coarseSide)
        let part = try MirroredViews.part(
          depth: seen.depth.selected(0, 0), camera: target.camera)
        let side = generator.config.renderingResolution
        return try (part * seen.opacity).resized(height: side, width: side, antialiased: false)
      }
    }
    return views
  }

  private func drawn(
    _ target: InversionTarget, _ generator: Generator, _ ws: Tensor, side: Int,
    options: RenderingOptions = RenderingOptions()
  ) throws -> RawImage {
    try generator.raw(
      ws, motion: Tensor(target.motion, [1, target.motion.count]).to(generator.device),
      label: Camera.tensor([target.camera], on: generator.device), resolution: side,
      options: options)
  }

  /// How far the tuned generator's drawing is from one of the mirror images where these count, by its weight.
  mutating func seen(
    _ mirrored: MirroredViews, _ tuned: Generator, _ ws: Tensor
  ) throws -> Tensor {
    let index = Int.random(in: mirrored.targets.indices, using: &random)
    let part = mirrored.parts[index]
    var rendering = RenderingOptions()
    rendering.seed = random.next()
    rendering.jitters = true
    let side = generator.config.renderingResolution
    let seen = try drawn(mirrored.targets[index], tuned, ws, side: side, options: rendering)
    let truth = try TargetBatch([mirrored.targets[index]]).resized(side)
    let missing = try (truth.composite(seen.color, seen.opacity) - truth.image) * part
    let color = try missing.magnitude().mean()
    let shape = try ((seen.opacity - truth.mask) * part).magnitude().mean()
    let look = try distances.perceptual(truth.image + missing, truth.image)
    return try (color + shape * options.opacityWeight + look * options.perceptualWeight)
      * mirrored.weights[index]
  }
}
