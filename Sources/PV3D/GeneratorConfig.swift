/// The sizes of a generator.
///
/// The defaults are those of the official 512-pixel model.
/// - Source: PV3D-SPEC sections 2 and 21
public struct GeneratorConfig: Sendable, Codable, Equatable {
  /// Length of the appearance code z.
  public var zDimension = 512
  /// Length of a style w.
  public var wDimension = 512
  /// Length of the motion code.
  public var motionDimension = 512
  /// Length of the camera label.
  public var labelDimension = 25
  public var mappingLayers = 2
  /// Side of a feature plane.
  public var planeResolution = 256
  /// Features of each of the three planes.
  public var planeFeatures = 32
  /// Whether the third plane is of (z, y), as tri-planes are described, instead of (z, x), as official models have it.
  public var orthogonalPlanes = false
  /// Channels of a block are `min(channelBase / resolution, channelMax)`.
  public var channelBase = 32768
  public var channelMax = 512
  /// The largest resolution that has a motion layer.
  public var motionResolution = 32
  /// Hidden units of the decoder.
  public var decoderHidden = 64
  /// Learning-rate multiplier of the decoder.
  public var decoderRate: Float = 1
  /// Factor of the decoder's density, so that sharp surfaces need no large hidden values, which would saturate
  /// the colors.
  public var densityGain: Float = 1
  /// Coarse samples along a ray; as many fine ones follow.
  public var depthSamples = 48
  /// Where rays start and end, in world units from the camera.
  public var rayStart: Float = 2.25
  public var rayEnd: Float = 3.3
  /// Side of the cube that the planes cover, in world units.
  public var boxWarp: Float = 1
  /// Whether empty space is white rather than black.
  public var whiteBack = false
  /// Side to which features are resized before super-resolution; the image is four times as large.
  public var superResolutionInput = 128
  /// Channels of the two super-resolution blocks.
  public var superResolutionChannels = [256, 128]
  /// Whether the mapping sees the camera label.
  public var conditionsOnCamera = true
  public var labelScale: Float = 1
  /// Whether a learned mean is added to the planes.
  public var hasPlaneMean = false
  /// Learned plane offsets, each driven by one entry of the motion code; 0 for none.
  public var motionOffsets = 0
  /// Side of the motion offsets, which are enlarged to the planes.
  public var motionOffsetResolution = 64
  /// Side of the flow that the motion offsets come with; 0 for none.
  public var motionFlowResolution = 0
  /// Entries of the motion code that act in both directions; the others act when positive.
  public var bipolarOffsets: [Int] = []
  /// Learned plane offsets that the styles mix; 0 for none.
  public var appearanceOffsets = 0
  /// Side of the appearance offsets, which are enlarged to the planes.
  public var appearanceOffsetResolution = 64
  /// Appearance codes of known looks that are stored with the mapping; 0 for none.
  public var appearanceBank = 0
  /// Styles that are stored with the mapping, middles of groups of real people; 0 for none.
  public var styleBank = 0
  /// Standard deviation of new style weights; small for supervised training, so that people differ little at
  /// first.
  public var styleDeviation: Float = 1
  /// The side at which rays are cast when nothing else is asked for.
  public var renderingResolution = 64

  public init() {}

  /// Side of the final image in pixels.
  public var imageResolution: Int { superResolutionInput * 4 }

  /// The resolutions of the backbone from 4 to `planeResolution`.
  public var blockResolutions: [Int] {
    Array(sequence(first: 4) { $0 < planeResolution ? $0 * 2 : nil })
  }

  /// Styles that one image needs: one for each convolution, and one for the last read-out.
  public var styleCount: Int { blockResolutions.count * 2 }

  public func channels(at resolution: Int) -> Int { min(channelBase / resolution, channelMax) }
}
