import Tensors

/// One frame of a video that is to be explained by the generator.
public struct InversionTarget: Sendable {
  /// `[3, side, side]` in -1...1: the person over what stands behind, or over 0 where that is not known.
  public var image: Tensor
  /// `[1, side, side]` in 0...1: where the person is.
  public var mask: Tensor
  /// `[3, side, side]` in -1...1: what stands behind the person.
  ///
  /// What is drawn is compared over it, so that a matte's soft edge, which holds the color of the background,
  /// is not taken for the person's.
  public var behind: Tensor?
  /// The estimated camera.
  public var camera: Camera
  /// The estimated motion code times t.
  public var motion: [Float]

  public init(
    image: Tensor, mask: Tensor, behind: Tensor? = nil, camera: Camera, motion: [Float]
  ) {
    (self.image, self.mask, self.behind) = (image, mask, behind)
    (self.camera, self.motion) = (camera, motion)
  }

  /// The same frame with its pixels on `device`.
  func on(_ device: Device) throws -> InversionTarget {
    InversionTarget(
      image: try image.to(device), mask: try mask.to(device), behind: try behind?.to(device),
      camera: camera, motion: motion)
  }
}

/// How long and how hard an inversion tries.
public struct InversionOptions: Sendable, Codable, Equatable {
  /// Steps that look for one style for all layers.
  public var styleSteps = 40
  /// Steps that let the styles of the layers differ.
  public var extendedSteps = 60
  /// Steps that tune the generator around the styles found.
  public var tuningSteps = 240
  /// Frames in one step.
  public var batch = 2
  public var styleRate: Float = 0.02
  public var tuningRate: Float = 4e-3
  public var motionRate: Float = 0.02
  public var cameraRate: Float = 5e-4
  public var perceptualWeight: Float = 0.3
  public var identityWeight: Float = 0.15
  public var opacityWeight: Float = 0.3
  /// Weight of the mean squared distance of motion codes from where they begin.
  ///
  /// A code that drifts to where a face is drawn a little nearer no longer means what it says, and a motion that is added
  /// to it is another one.
  public var startWeight: Float = 1
  /// Weight of side views: of what styles of layers add to the head of one style, of the untuned generator's while tuning.
  public var priorWeight: Float = 1
  /// Weight of what motions change in the untuned generator's views while tuning.
  public var motionPriorWeight: Float = 0
  /// Weight of the frames' mirror images while tuning.
  public var mirrorWeight: Float = 1
  /// Weight of what is drawn before the face where no look that the model stores has anything.
  public var freeSpaceWeight: Float = 2
  /// Weight of the untuned generator's detail where no frame shows the person, while tuning.
  public var unseenWeight: Float = 1

  public init() {}
}

/// What an inversion found.
public struct InversionResult: Sendable {
  /// Shape `[1, styleCount, wDimension]`.
  public var styles: Tensor
  /// The motion code times t of each frame.
  public var motion: [[Float]]
  public var cameras: [Camera]
  /// The tuned tensors by name, empty when nothing was tuned.
  public var tuned: [String: Tensor]
}
