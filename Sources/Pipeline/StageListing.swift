/// What a listing says about a stage, as text or as JSON.
public struct StageListing: Codable, Hashable, Sendable {
  /// An input or output.
  public struct Port: Codable, Hashable, Sendable {
    public let name: String
    public let kind: String
    public let optional: Bool
  }

  /// A parameter and its default.
  public struct Parameter: Codable, Hashable, Sendable {
    public let name: String
    public let type: String
    public let `default`: JSON
    public let help: String
    public let unit: String?
    public let minimum: Double?
    public let maximum: Double?
    public let choices: [String]?
  }

  public let name: String
  public let summary: String
  public let inputs: [Port]
  public let outputs: [Port]
  public let parameters: [Parameter]
}

extension StageListing {
  init(_ definition: StageDefinition) {
    name = definition.type.name
    summary = definition.type.summary
    inputs = definition.type.inputs.map(Port.init)
    outputs = definition.type.outputs.map(Port.init)
    parameters = definition.parameters.map(Parameter.init)
  }
}

extension StageListing.Port {
  init(_ port: any AnyPort) {
    self.init(name: port.name, kind: port.kind, optional: port.isOptional)
  }
}

extension StageListing.Parameter {
  init(_ parameter: ParameterDefinition) {
    self.init(
      name: parameter.name, type: parameter.type.description, default: parameter.defaultValue,
      help: parameter.help, unit: parameter.unit, minimum: parameter.bounds?.minimum,
      maximum: parameter.bounds?.maximum, choices: parameter.type.choices)
  }
}
