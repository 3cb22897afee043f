import Tensors

/// The sizes of a pair of discriminators.
///
/// The defaults are those of the official 512-pixel model.
/// - Source: PV3D-SPEC sections 2 and 13
public struct DiscriminatorConfig: Sendable, Codable, Equatable {
  /// Side of the images in pixels.
  public var imageResolution = 512
  /// Length of one camera label.
  public var labelDimension = 25
  /// Channels of a block are `min(channelBase / resolution, channelMax)`.
  public var channelBase = 32768
  public var channelMax = 512
  public var mappingLayers = 8
  /// Samples whose deviation is taken together.
  public var groupSize = 4
  /// The largest magnitude of a convolution's output at gain 1.
  public var clamp: Float = 256
  /// Blocks of this resolution and finer convolve in half precision; 0 for none.
  /// - Source: PV3D-SPEC section 20, where it is 64 on GPUs
  public var halfFrom = 0

  public init() {}

  /// The resolutions of the residual blocks from the image's down to 8.
  public var blockResolutions: [Int] {
    Array(sequence(first: imageResolution) { $0 > 8 ? $0 / 2 : nil })
  }

  func precision(at resolution: Int) -> Precision {
    halfFrom > 0 && resolution >= halfFrom ? .half : .full
  }

  public func channels(at resolution: Int) -> Int { min(channelBase / resolution, channelMax) }
}
