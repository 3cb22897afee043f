public import Pipeline

/// Videos that are worked on one after another, each opened when its turn comes.
public struct Footage: Artifact, Equatable {
  public static let kind = "footage"

  /// The files, in the order in which they are read; whether they can be is not known yet.
  public var paths: [String]
  /// How many frames are taken of each, if not all.
  public var count: Int?

  public init(_ paths: [String], count: Int? = nil) {
    self.paths = paths
    self.count = count
  }
}
