/// Something that happens in a run.
public struct Event: Hashable, Sendable {
  public enum Kind: Hashable, Sendable {
    /// The stage `name` begins, number `index` of `count`, counted from 0.
    case started(name: String, index: Int, count: Int)
    /// The stage has given its outputs; lazy ones do their work later, in their reader's time.
    case finished(seconds: Double)
    /// The stage's outputs were taken from the cache, so old and so large; `finished` follows.
    case restored(Age, ByteCount)
    case progress(done: Int, total: Int?, detail: String?)
    case note(String)
    /// `path`, which may be the pattern of numbered files, was written, and with it all of `files`; where one of
    /// them is nothing, nothing may be at its path.
    case wrote(path: String, files: [String: FileState?])
    /// What was written there so long ago, and is so large, is what would be written now.
    case stands(path: String, Age, ByteCount)
    /// Something that the run's report shows.
    case exhibit(Exhibit)
    /// The stage's outputs are in the cache now.
    case kept
  }

  /// The id of the stage.
  public let stage: String
  public let kind: Kind

  public init(stage: String, kind: Kind) {
    self.stage = stage
    self.kind = kind
  }
}
