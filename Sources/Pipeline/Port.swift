/// A named place where a stage takes or gives an artifact of one type.
public protocol AnyPort: Sendable {
  var name: String { get }
  var artifact: any Artifact.Type { get }
  /// Whether a document may leave this input unconnected.
  var isOptional: Bool { get }
}

extension AnyPort {
  /// What documents and messages call the artifact: `frames`, `cameras`.
  public var kind: String { artifact.kind }
}

/// An output, or an input that every document must connect.
public struct Port<Value: Artifact>: AnyPort {
  public let name: String
  public var artifact: any Artifact.Type { Value.self }
  public var isOptional: Bool { false }

  public init(_ name: String) { self.name = name }
}

/// An input that a document may leave unconnected.
public struct OptionalPort<Value: Artifact>: AnyPort {
  public let name: String
  public var artifact: any Artifact.Type { Value.self }
  public var isOptional: Bool { true }

  public init(_ name: String) { self.name = name }
}
