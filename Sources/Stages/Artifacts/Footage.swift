public import Pipeline

/// Videos that are worked on one after another, each opened when its turn comes.
public struct Footage: Artifact, Equatable {
  public static let kind = "footage"

  /// The files, in the order in which they are read; whether they can be is not known yet.
  public var paths: [String]
  /// How many frames of each are passed over.
  public var start: Int
  /// How many frames are taken of each, if not all.
  public var count: Int?

  public init(_ paths: [String], start: Int = 0, count: Int? = nil) {
    self.paths = paths
    self.start = start
    self.count = count
  }
}
