/// The stages that documents may name.
public struct StageRegistry: Sendable {
  public let stages: [any Stage.Type]
  private let definitions: [String: StageDefinition]

  /// The registry of `stages`, whose names are all different.
  public init(_ stages: [any Stage.Type]) {
    self.stages = stages
    definitions = Dictionary(
      stages.map { ($0.name, StageDefinition($0)) }, uniquingKeysWith: { first, _ in first })
  }

  /// The registry of these stages and of `more`.
  ///
  /// - Throws: an issue where two stages have one name
  public func adding(_ more: [any Stage.Type]) throws(Issue) -> StageRegistry {
    var known = Set(names)
    for stage in more where !known.insert(stage.name).inserted {
      throw Issue("there is a stage '\(stage.name)' already", at: "")
    }
    return StageRegistry(stages + more)
  }

  /// The names of all stages, in the order of the registry.
  public var names: [String] { stages.map { $0.name } }

  /// What is known of every stage, in the order of the registry.
  public var listings: [StageListing] {
    stages.compactMap { definitions[$0.name].map(StageListing.init) }
  }

  /// What is known of the stage called `name`.
  public func listing(of name: String) throws(Issue) -> StageListing {
    guard let definition = definitions[name] else { throw Issue(unknown(name), at: "") }
    return StageListing(definition)
  }

  /// What is known of every stage, by its name.
  func definition(of name: String) -> StageDefinition? { definitions[name] }

  /// The message that no stage is called `name`, with the nearest name.
  func unknown(_ name: String) -> String {
    "there is no stage '\(name)'"
      + NearestName.hint(name, among: names.sorted(), listing: "there are")
  }
}

/// A type of stage and its parameters with their defaults.
struct StageDefinition: Sendable {
  let type: any Stage.Type
  let parameters: [ParameterDefinition]
  private let parametersByName: [String: ParameterDefinition]
  private let defaults: [String: JSON]

  init(_ type: any Stage.Type) {
    self.type = type
    parameters = Mirror(reflecting: type.init()).children.compactMap { label, value in
      guard let label, let parameter = value as? any AnyParameter else { return nil }
      // The storage of a wrapped property is called after it, with an underscore before.
      return parameter.definition(named: String(label.dropFirst()))
    }
    let named = parameters.map { ($0.name, $0) }
    parametersByName = Dictionary(named) { first, _ in first }
    defaults = parametersByName.mapValues(\.defaultValue)
  }

  func parameter(_ name: String) -> ParameterDefinition? { parametersByName[name] }

  /// The message that no parameter is called `name`, with the nearest name.
  func unknown(_ name: String) -> String {
    guard !parameters.isEmpty else { return "\(type.name) has no parameters" }
    return "\(type.name) has no parameter '\(name)'"
      + NearestName.hint(name, among: parameters.map(\.name), listing: "it has")
  }

  /// Makes the stage: the defaults, overlaid with `parameters`.
  func stage(with parameters: [String: JSON], at place: JSONPointer) throws(PipelineError)
    -> any Stage
  {
    let issues = parameters.sorted { $0.key < $1.key }.flatMap { name, value in
      parameter(name)?.issues(with: value, at: place / name)
        ?? [Issue(unknown(name), at: place / name)]
    }
    guard issues.isEmpty else { throw PipelineError(issues) }
    do {
      return try type.made(from: .object(defaults.merging(parameters) { _, given in given }))
    } catch {
      throw PipelineError([Issue(error, at: place)])
    }
  }
}

extension Stage {
  fileprivate static func made(from parameters: JSON) throws -> any Stage {
    let stage = try parameters.decoded(as: Self.self)
    try stage.validate()
    return stage
  }
}
