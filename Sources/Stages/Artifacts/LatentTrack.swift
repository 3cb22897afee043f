public import Media
public import PV3D
public import Pipeline
public import Tensors

/// A video in the generator's own terms: what its person looks like, how it moves, who looks at it.
public struct LatentTrack: Artifact {
  public static let kind = "latents"

  /// `[1, styleCount, wDimension]` for all frames, or `[frames, styleCount, wDimension]`.
  public var styles: Tensor
  /// `[frames][motionDimension]`: the motion code times t.
  public var motion: [[Float]]
  public var cameras: [Camera]
  public var times: [MediaTime]
  /// Nominal frames a second.
  public var rate: Ratio
  /// What stands behind the head, if it is known.
  public var background: Backdrop?
  /// Tensors of the generator that were tuned to this video, by their names.
  public var tunedWeights: [String: Tensor]?
  /// The generator that the codes belong to.
  public var model: ModelArtifact
  /// The file whose audio belongs to the video, if it has any.
  public var audioPath: String?

  public init(
    styles: Tensor, motion: [[Float]], cameras: [Camera], times: [MediaTime], rate: Ratio,
    background: Backdrop? = nil, tunedWeights: [String: Tensor]? = nil,
    model: ModelArtifact, audioPath: String? = nil
  ) {
    precondition(
      motion.count == cameras.count && motion.count == times.count,
      "\(motion.count) motions, \(cameras.count) cameras and \(times.count) times must be as many")
    self.styles = styles
    self.motion = motion
    self.cameras = cameras
    self.times = times
    self.rate = rate
    self.background = background
    self.tunedWeights = tunedWeights
    self.model = model
    self.audioPath = audioPath
  }

  /// How many frames the video has.
  public var count: Int { motion.count }
}

extension LatentTrack {
  /// The generator with the tensors that were tuned to this video.
  public func generator() throws -> Generator {
    guard let tunedWeights else { return model.generator }
    let base = model.generator
    let all = base.parameters.merging(base.buffers) { first, _ in first }
    return try Generator(
      Weights(checkpoint: all.merging(tunedWeights) { _, tuned in tuned }), base.config)
  }
}
