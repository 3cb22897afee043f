import Faces
import Foundation
import Heads
import Media
import PV3D
public import Pipeline
import Tensors

/// Explains a cropped video by the generator: one appearance, a motion and a camera for each frame.
///
/// Motion starts from the landmarks of face and eyes, appearance from the nearest known look. A few
/// frames that differ most are fitted and then tuned to; their corrections of motion and camera reach all
/// frames. A run that was broken off goes on from its last checkpoint.
public struct Inversion: CostlyStage {
  public static let name = "inversion"
  public static let summary = "Finds the codes, cameras and the tuned generator of a cropped video."
  public static let frames = Port<Frames>("frames")
  public static let cameras = Port<CameraTrack>("cameras")
  public static let track = Port<FaceTrack>("track")
  public static let model = Port<ModelArtifact>("model")
  public static let latents = Port<LatentTrack>("latents")
  public static let inputs: [any AnyPort] = [frames, cameras, track, model]
  public static let outputs: [any AnyPort] = [latents]
  /// 2: the background stays in the pixels of the video; 3: lids that are lowered a little count;
  /// 4: mirror images hold faces that are seen from one side; 5: what motions change may be held;
  /// 6: motions stay nearer to what landmarks tell; 7: lids of both eyes move together;
  /// 8: tuning is held in motions that faces make; what the matte missed near the person is not background;
  /// 9: what a motion uncovers is held as it looks; 11: air before the face is kept free;
  /// 12: side views are held as finely as they are cast, and the detail of what no frame shows;
  /// 13: motion trembles less; styles of layers add nothing beside the head; pictures have a margin,
  /// and nothing is beyond the planes; 14: motion is read by what one person's frames differ by,
  /// and mouths by how far lips are apart.
  public static let version = 15
  public static let influences: Set<Influence> = [.seed]
  public static let holding = Holding.numbers

  @Parameter("Steps that look for one style for all layers.", in: 0...10000)
  public var styleSteps = 40
  @Parameter("Steps that let the styles of the layers differ.", in: 0...10000)
  public var extendedSteps = 60
  @Parameter("Steps that tune the generator around the codes; 0 leaves it as it is.", in: 0...10000)
  public var tuningSteps = 240
  @Parameter("Steps that refine motion and camera of each frame; 0 for none.", in: 0...1000)
  public var refiningSteps = 10
  @Parameter("Frames that the appearance is fitted to.", in: 1...64)
  public var keyframes = 6
  @Parameter("Frames in one step.", in: 1...16)
  public var batch = 2
  @Parameter("Weight of the identity network's distance.", in: 0...100)
  public var identityWeight = 0.15
  @Parameter(
    "Weight of side views: of what styles of layers add to the one style's, of the untuned generator's while tuning.",
    in: 0...100)
  public var priorWeight = 1.0
  @Parameter(
    "Weight of what motions change in the untuned generator's views while tuning: more lets mouths open without breaking, less keeps the picture exactly.",
    in: 0...100)
  public var motionPriorWeight = 0.0
  @Parameter(
    "Weight of mirror images while tuning, where the face is seen from one side only.", in: 0...100)
  public var mirrorWeight = 1.0
  @Parameter(
    "Weight of what is drawn before the face where no look that the model stores has anything.",
    in: 0...100)
  public var freeSpaceWeight = 2.0
  @Parameter(
    "Weight of the untuned generator's detail where no frame shows the person, while tuning.",
    in: 0...100)
  public var unseenWeight = 1.0
  @Parameter("Whether what is behind the person is kept as a plate.")
  public var background = true

  public init() {}

  /// The `motionPriorWeight` of pipelines that give the person another motion.
  package static let movedPriorWeight = 4.0

  public func extents(of inputs: [String: Extent]) -> [String: Extent] {
    [Self.latents.name: Extent(frames: inputs[Self.frames.name]?.frames)]
  }

  public func run(_ inputs: Ports, in context: RunContext) async throws -> Ports {
    let frames = inputs[Self.frames]
    let model = inputs[Self.model]
    let shots = inputs[Self.cameras].shots
    let entries = inputs[Self.track].entries
    let config = model.config
    guard shots.count == entries.count, !entries.isEmpty else {
      throw StageInputError(
        "there are \(entries.count) faces and \(shots.count) cameras; there must be as many, "
          + "and at least one")
    }
    let reader = try CropReader()
    let side = config.imageResolution
    // First reading: landmarks of all frames, background of some.
    var moved = MotionTrack(try MotionRegression())
    var plate = try BackgroundPlate(entries.map(\.crop), crop: side)
    let stride = max(1, entries.count / 16)
    var heap = HeapTrimming()
    for try await crop in frames.prefetched(1) {
      try Task.checkCancellation()
      guard moved.count < entries.count else { break }
      if background, moved.count % stride == 0 {
        let image = try reader.image(crop, side: side)
        try plate.add(moved.count, image, mask: reader.mask(image))
      }
      moved.add(try reader.landmarks(crop, entries[moved.count]))
      heap.passed()
    }
    guard moved.count == entries.count else {
      throw StageInputError("there are \(entries.count) faces, but \(moved.count) frames")
    }
    let motion = Self.motion(moved, length: config.motionDimension)
    let picked = Keyframes.picked(
      keyframes, cameras: shots.map(\.camera), motion: motion)
    let backdrop = background ? try plate.filled(isTextured: false) : nil
    var targets: [InversionTarget] = []
    var faces: [Face] = []
    var index = 0
    for try await crop in frames {
      if targets.count == picked.count { break }
      if picked.contains(index) {
        try Task.checkCancellation()
        targets.append(
          try target(
            reader, crop, side: side, over: backdrop, index, camera: shots[index].camera,
            motion[index]))
        faces.append(try reader.face(entries[index], side: side))
      }
      heap.passed()
      index += 1
    }
    let found = try invert(targets, faces, model, context)
    var codes = motion
    Self.correct(&codes, at: picked, to: found.motion)
    let cameras =
      shots.count == picked.count
      ? found.cameras : Self.corrected(shots.map(\.camera), at: picked, to: found.cameras)
    var latents = LatentTrack(
      styles: found.styles, motion: codes, cameras: cameras, times: shots.map(\.time),
      rate: frames.info.rate, background: backdrop,
      tunedWeights: found.tuned.isEmpty ? nil : found.tuned, model: model,
      audioPath: frames.info.audioPath)
    if refiningSteps > 0, picked.count < entries.count {
      try await refine(&latents, frames, reader, context)
    }
    if background { latents.background = try plate.filled(isTextured: true) }
    return Ports(Self.latents, latents)
  }

  public func store(_ outputs: Ports, in folder: URL) throws {
    try outputs[Self.latents].write(to: Self.file(in: folder))
  }

  public func restored(
    from folder: URL, _ inputs: Ports, in context: RunContext
  ) throws -> Ports {
    let latents = try LatentTrack(
      path: Self.file(in: folder), model: inputs[Self.model],
      audioPath: inputs[Self.frames].info.audioPath)
    return Ports(Self.latents, latents)
  }

  static func file(in folder: URL) -> String {
    folder.appendingPathComponent("latents.safetensors").path
  }

  /// A crop as the inversion compares it.
  func target(
    _ reader: CropReader, _ crop: Frame, side: Int, over backdrop: Backdrop?, _ index: Int,
    camera: Camera, _ motion: [Float]
  ) throws -> InversionTarget {
    let image = try reader.image(crop, side: side)
    let mask = try background ? reader.mask(image) : Tensor.ones([1, 1, side, side])
    return InversionTarget(
      image: try image.reshaped(3, side, side), mask: try mask.reshaped(1, side, side),
      behind: try backdrop.map { try $0.seen(through: $0.window(index), side: side) },
      camera: camera, motion: motion)
  }

  /// The motion code of each frame from its landmarks.
  static func motion(_ track: MotionTrack, length: Int) -> [[Float]] {
    track.units.map { MotionUnit.code($0, length: length) }
  }

  private func invert(
    _ targets: [InversionTarget], _ faces: [Face], _ model: ModelArtifact, _ context: RunContext
  ) throws -> InversionResult {
    var options = InversionOptions()
    options.styleSteps = styleSteps
    options.extendedSteps = extendedSteps
    options.tuningSteps = tuningSteps
    options.batch = batch
    options.identityWeight = Float(identityWeight)
    options.priorWeight = Float(priorWeight)
    options.motionPriorWeight = Float(motionPriorWeight)
    options.mirrorWeight = Float(mirrorWeight)
    options.freeSpaceWeight = Float(freeSpaceWeight)
    options.unseenWeight = Float(unseenWeight)
    let device = model.generator.device
    let perceptual = try PerceptualDistance(device: device)
    let identity =
      identityWeight > 0 ? try IdentityLoss(targets.map(\.image), faces, on: device) : nil
    var inverter = try Inverter(
      model.generator, targets, options: options, seed: context.stageSeed,
      distances: .init(
        perceptual: { try perceptual($0, $1).mean() },
        identity: identity.map { loss in { try loss($0, $1) } }))
    // What the codes of other models move is not known.
    if !model.config.isOfficial {
      inverter.mirroredMotion = MotionUnit.mirrored
      inverter.otherMotion = Self.otherMotion
    }
    var losses: [(x: Double, y: Double)] = []
    inverter.progress = { step, total, loss in
      try Task.checkCancellation()
      losses.append((Double(step), Double(loss)))
      context.progress(step, of: total)
    }
    inverter.offer = { made in
      context.checkpoint("codes") { try made().write(to: Self.file(in: $0)) }
    }
    let last = context.lastCheckpoint("codes") {
      try InversionCheckpoint(path: Self.file(in: $0))
    }
    let result = try inverter.run(from: last)
    show(losses, in: context)
    return result
  }

  /// A motion code with the expression of another moment added, as editing adds one.
  package static func otherMotion(_ own: [Float], _ random: inout RandomSource) -> [Float] {
    var source = SplitMix64(seed: random.next())
    let added = MotionUnit.code(
      FacialExpression.random(using: &source).values, length: own.count)
    return MotionRange.kept([zip(own, added).map { $0 + $1 }], rest: own)[0]
  }

  /// Moves all motion codes by the mean of what the keyframes were moved; each to its own where all are keyframes.
  static func correct(_ codes: inout [[Float]], at keyframes: [Int], to found: [[Float]]) {
    guard let width = codes.first?.count else { return }
    let shift = (0..<width).map { entry in
      zip(keyframes, found).reduce(Float(0)) { $0 + $1.1[entry] - codes[$1.0][entry] }
        / Float(keyframes.count)
    }
    let single = codes.count == keyframes.count
    for (place, code) in zip(keyframes, found) where single { codes[place] = code }
    guard !single else { return }
    for index in codes.indices { codes[index] = zip(codes[index], shift).map { $0 + $1 } }
  }

  /// Moves all cameras by the mean of what the keyframes' were moved, in yaw and pitch.
  static func corrected(
    _ cameras: [Camera], at keyframes: [Int], to found: [Camera]
  ) -> [Camera] {
    let count = Float(keyframes.count)
    let yaw = zip(keyframes, found).reduce(0) { $0 + $1.1.yaw - cameras[$1.0].yaw } / count
    let pitch = zip(keyframes, found).reduce(0) { $0 + $1.1.pitch - cameras[$1.0].pitch } / count
    return cameras.map { $0.orbited(yaw: yaw, pitch: pitch) }
  }
}
