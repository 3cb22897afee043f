/// A value that one stage hands to another.
///
/// Laws: no two types have the same `kind`; a lazy artifact may be read any number of times, each
/// time from its beginning.
public protocol Artifact: Sendable {
  /// What documents and messages call it: `frames`, `cameras`.
  static var kind: String { get }

  /// The same artifact, whose later failures are given as `wrap` makes them.
  ///
  /// An artifact that is whole when it is made has no later failures and needs no witness.
  func failing(as wrap: @escaping @Sendable (any Error) -> any Error) -> Self
}

extension Artifact {
  public func failing(as wrap: @escaping @Sendable (any Error) -> any Error) -> Self { self }
}
