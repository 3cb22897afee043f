/// All the files of which an artifact was made.
///
/// Law: a run hands it on. Every output of a stage was made of all that the stage's inputs were
/// made of, so that no stage has to think of it and none can lose it.
public struct Provenance: Sendable {
  /// In the order in which they were met, each once.
  public private(set) var origins: [Origin]

  public init(_ origins: [Origin] = []) { self.origins = origins }

  /// Whether a model, or something that says it was synthesized, is among the origins.
  public var isSynthesized: Bool { origins.contains { $0.kind != .recording } }

  /// These origins and those of `other`.
  public func joined(_ other: Provenance) -> Provenance {
    let known = Set(origins.map(ObjectIdentifier.init))
    return Provenance(origins + other.origins.filter { !known.contains(ObjectIdentifier($0)) })
  }
}
