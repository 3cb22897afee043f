/// The artifacts at the ports of one stage, and what they were made of.
public struct Ports: Sendable {
  private(set) var artifacts: [String: any Artifact]
  /// What single artifacts were made of.
  private var origins: [String: Provenance] = [:]
  /// What all of them were made of.
  private var common = Provenance()

  /// No artifact at any port.
  public init() { artifacts = [:] }

  /// One artifact at one port.
  public init<Value>(_ port: Port<Value>, _ artifact: Value) {
    artifacts = [port.name: artifact]
  }

  /// The inputs of a step from the outputs of earlier ones.
  init(feeding sources: [String: Plan.Source], from outputs: [Ports]) {
    artifacts = sources.compactMapValues { outputs[$0.step].artifacts[$0.port] }
    origins = sources.mapValues { outputs[$0.step].provenance(ofPort: $0.port) }
  }

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

extension Ports {
  /// What the artifact at `port` was made of.
  public func provenance(of port: some AnyPort) -> Provenance { provenance(ofPort: port.name) }

  /// What any of the artifacts was made of.
  public var provenance: Provenance {
    origins.sorted { $0.key < $1.key }.reduce(common) { $0.joined($1.value) }
  }

  /// These artifacts, all of them made of `origin` too.
  public func made(of origin: Origin) -> Ports { made(of: Provenance([origin])) }

  /// These artifacts, all of them made of all of that too.
  public func made(of provenance: Provenance) -> Ports {
    var result = self
    result.common = provenance.joined(common)
    return result
  }

  func mapArtifacts(_ body: (any Artifact) -> any Artifact) -> Ports {
    var result = self
    result.artifacts = artifacts.mapValues(body)
    return result
  }

  private func provenance(ofPort name: String) -> Provenance {
    common.joined(origins[name] ?? Provenance())
  }
}
