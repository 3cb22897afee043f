/// How a generator is warm-started from renderings whose truth is known.
public struct SupervisedOptions: Sendable, Codable {
  /// Steps of the whole training.
  public var steps = 8000
  /// The part of the steps that learns from single rays; the rest learns from patches.
  public var rayPart = 0.4
  /// The part of the steps, at the end, that learns from whole frames.
  public var framePart = 0.03
  /// Rays of each view in a step of single rays.
  public var raysPerView = 2048
  /// Rays of each view that hold the shape while patches are learned.
  public var shapeRays = 512
  /// Rays along the side of a patch.
  public var patchSide = 32
  /// The part of single rays that is drawn from the middle of the image.
  public var focus: Float = 0.7
  /// The part of single rays that is drawn in proportion to how much pixels change with the motion.
  public var movingPart: Float = 0.3
  /// How much more a pixel of an image counts where it changes fully with the motion.
  public var movingWeight: Float = 3
  public var rate: Float = 2e-3
  /// The learning rate at the last step, as a part of the first.
  public var finalRate: Float = 0.08
  /// Learning-rate multiplier of the plane mean and the offsets.
  public var planeMultiplier: Float = 3
  /// Learning-rate multiplier of the motion flow, whose cells are small parts of 1.
  public var flowMultiplier: Float = 0.05
  /// Learning-rate multiplier of the mapping.
  public var mappingMultiplier: Float = 60
  public var perceptualWeight: Float = 0.08
  /// Weight of the density loss at first, while the shape is made.
  public var densityWeight: Float = 0.3
  /// Weight of the density loss after `shapePart` of the steps, to hold the shape.
  public var heldDensityWeight: Float = 0.1
  public var shapePart = 0.3
  public var opacityWeight: Float = 0.5
  /// Half-life of the averaged weights, in steps.
  public var averageHalfLife = 60.0
  /// Weight of real pictures beside the views of heads.
  public var portraitWeight: Float = 0.5
  /// The part of the steps, at the beginning, over which real pictures come to count fully.
  public var portraitFade: Float = 0.15
  /// Learning-rate multipliers of the styles, motions and cameras of real pictures.
  public var portraitStyleMultiplier: Float = 15
  public var portraitMotionMultiplier: Float = 5
  public var portraitCameraMultiplier: Float = 0.5
  /// Beginnings of names of the generator's tensors that learn; all do where there are none.
  public var learned: [String] = []

  public init() {}

  /// Whether a tensor of the generator learns.
  func learns(_ name: String) -> Bool {
    learned.isEmpty || learned.contains { name.hasPrefix($0) }
  }

  /// The learning-rate multiplier of a tensor of the generator, or of a code of a real picture.
  func multiplier(of name: String) -> Float {
    if name.hasPrefix(SupervisedTraining.codes) {
      if name.hasSuffix(".style") { return portraitStyleMultiplier }
      return name.hasSuffix(".motion") ? portraitMotionMultiplier : portraitCameraMultiplier
    }
    if name.hasSuffix("plane_mean") || name.hasSuffix("_offsets") { return planeMultiplier }
    if name.contains(".motion_flow") { return flowMultiplier }
    return name.contains(".mapping.") ? mappingMultiplier : 1
  }
}

/// What one step measured.
public struct SupervisedLosses: Sendable, Codable {
  /// `rays`, `patches` or `frames`.
  public var phase: String
  /// Mean absolute difference of colors in -1...1, of single rays or of final images.
  public var color: Float
  /// Mean absolute difference of opacity and coverage.
  public var opacity: Float
  /// The perceptual distance, 0 with single rays.
  public var perceptual: Float
  public var density: Float
  /// Mean absolute difference of colors of real pictures, 0 without any.
  public var portraits: Float = 0
}
