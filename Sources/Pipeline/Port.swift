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

/// The artifacts at the ports of one stage.
public struct Ports: Sendable {
  private(set) var artifacts: [String: any Artifact]

  /// No artifact at any port.
  public init() { artifacts = [:] }

  /// One artifact at one port.
  public init<Value>(_ port: Port<Value>, _ artifact: Value) {
    artifacts = [port.name: artifact]
  }

  init(_ artifacts: [String: any Artifact]) { self.artifacts = artifacts }

  /// The artifact at `port`.
  ///
  /// The plan has proved that every declared input is there before a stage runs; reading a port
  /// that the stage does not declare is a programming error and stops the program.
  public subscript<Value>(port: Port<Value>) -> Value {
    get {
      guard let artifact = artifacts[port.name] as? Value else {
        preconditionFailure("no \(Value.kind) at port '\(port.name)': is it among the inputs?")
      }
      return artifact
    }
    set { artifacts[port.name] = newValue }
  }

  /// The artifact at `port`, or nothing where the document leaves it unconnected.
  public subscript<Value>(port: OptionalPort<Value>) -> Value? {
    get { artifacts[port.name] as? Value }
    set { artifacts[port.name] = newValue }
  }

  /// These artifacts and one more.
  public func with<Value>(_ port: Port<Value>, _ artifact: Value) -> Ports {
    var result = self
    result[port] = artifact
    return result
  }
}
