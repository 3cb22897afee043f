/// How much an evaluation measures.
public struct EvaluationSettings: Codable, Equatable, Sendable {
  public var seed: UInt64 = 1
  /// How many known heads.
  public var count = 6
  /// Rays along the side when the picture before super-resolution is measured; nil for the final one.
  public var raw: Int?
  /// How many of the held-out heads are inverted.
  public var identities = 4
  /// Steps of each inversion: 2 of 17 look for one style, 3 for a style of each layer, 12 tune the generator.
  public var steps = 340
  /// How many real clips and stills are reconstructed.
  public var clips = 6
  /// How many of the held-out heads, and how many of the clips, are inverted by a control as well.
  public var controls = 2
  /// Frames taken of a clip.
  public var frames = 64
  /// Of these every so manyth is also drawn before tuning and from other sides.
  public var stride = 4
  /// How many pairs of a source and a target.
  public var pairs = 6
  /// Frames of a still that is repeated as a video.
  public var repeats = 24
  /// How many sampled people are drawn from two sides at two moments.
  public var people = 16
  /// How many clips of 16 frames each set has whose Fréchet distances are measured.
  public var videos = 48

  public init() {}

  /// Little of everything, to see that all parts run.
  public static var quick: EvaluationSettings {
    var settings = EvaluationSettings()
    settings.count = 2
    settings.identities = 1
    settings.steps = 17
    settings.clips = 2
    settings.controls = 1
    settings.frames = 8
    settings.pairs = 1
    settings.repeats = 3
    settings.people = 2
    settings.videos = 2
    return settings
  }

  /// The same for what a part depends on, as they begin for the rest: equal ones give equal results.
  public func concerning(_ part: EvaluationPart.Name) -> EvaluationSettings {
    var own = EvaluationSettings()
    own.seed = seed
    if ![.clips, .retarget].contains(part) { own.raw = raw }
    switch part {
    case .known, .expressions, .views: own.count = count
    case .heldOut: (own.identities, own.controls, own.steps) = (identities, controls, steps)
    case .clips:
      (own.clips, own.controls, own.steps) = (clips, controls, steps)
      (own.frames, own.stride) = (frames, stride)
    case .retarget:
      (own.clips, own.pairs, own.steps) = (clips, pairs, steps)
      (own.frames, own.repeats) = (frames, repeats)
    case .samples: (own.people, own.videos) = (people, videos)
    }
    return own
  }

  /// Pixels of a picture on a contact sheet.
  static let thumbnail = 192
}
