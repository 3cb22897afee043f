public import Pipeline

/// Videos in the generator's terms, as long as each other, that are drawn together.
public struct LatentGroup: Artifact {
  public static let kind = "latent-group"

  public var tracks: [LatentTrack]

  public init(_ tracks: [LatentTrack]) { self.tracks = tracks }
}
