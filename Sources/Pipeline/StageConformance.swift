/// The laws that every stage of a registry keeps; documents, listings and schemas rely on them.
///
///     #expect(StageConformance(try StageRegistry.builtIn.adding([Darken.self])).violations == [])
public struct StageConformance: Sendable {
  /// A law that a stage breaks.
  public struct Violation: Hashable, Sendable, CustomStringConvertible {
    /// The name of the stage.
    public let stage: String
    /// What is wrong with it.
    public let message: String

    public init(stage: String, message: String) {
      self.stage = stage
      self.message = message
    }

    public var description: String { "\(stage): \(message)" }
  }

  /// What is wrong, in the order of the registry.
  public let violations: [Violation]

  public init(_ registry: StageRegistry) {
    var found: [Violation] = []
    var names: Set<String> = []
    var kinds: [String: ObjectIdentifier] = [:]
    for type in registry.stages {
      func report(_ messages: [String]) {
        found += messages.map { Violation(stage: type.name, message: $0) }
      }
      if !names.insert(type.name).inserted { report(["another stage has this name"]) }
      for port in type.inputs + type.outputs {
        let artifact = ObjectIdentifier(port.artifact)
        guard kinds[port.kind, default: artifact] != artifact else {
          kinds[port.kind] = artifact
          continue
        }
        report(["port '\(port.name)': another type of artifact is called '\(port.kind)' too"])
      }
      report(StageDefinition(type).violations)
    }
    violations = found
  }
}

extension StageDefinition {
  fileprivate var violations: [String] {
    naming + ports + parameters.flatMap(\.violations) + makings
  }

  private var naming: [String] {
    var found: [String] = []
    if type.name.wholeMatch(of: /[a-z][a-z0-9]*(-[a-z0-9]+)*/) == nil {
      found.append("its name must be words of lower-case letters and digits joined by hyphens")
    }
    let summary = type.summary
    if !summary.hasSuffix(".") || summary.dropLast().contains(". ")
      || summary.first?.isUppercase != true
    {
      found.append("its summary must be one sentence that ends in a full stop")
    }
    return found
  }

  private var ports: [String] {
    let files = "files are all that a writing stage gives"
    let unwanted = type is any WritingStage.Type ? type.outputs : []
    let naming: [String] = [type.inputs, type.outputs].flatMap { ports in
      let names = ports.map(\.name)
      let wrong = names.filter { $0.wholeMatch(of: /[a-z][a-zA-Z0-9-]*/) == nil }
      return wrong.map { "port '\($0)' must be called by letters, digits and hyphens" }
        + (Set(names).count == names.count ? [] : ["two of its ports have one name"])
    }
    return naming
      + type.outputs.filter(\.isOptional).map { "output '\($0.name)' must not be optional" }
      + unwanted.map { "output '\($0.name)' must not be: \(files)" }
  }

  /// What making the stage from documents breaks.
  private var makings: [String] {
    let codings = codings(of: type.init())
    guard codings.isEmpty else { return codings }
    do throws(PipelineError) {
      _ = try stage(with: [:], at: .root)
      return refusals
    } catch {
      return error.issues.map { "its defaults are not valid: \($0)" }
    }
  }

  private func codings(of stage: any Stage) -> [String] {
    guard let json = try? JSON(encoding: stage), case .object(let fields) = json else {
      return ["it must be encoded as an object"]
    }
    let names = Set(parameters.map(\.name))
    return Set(fields.keys).symmetricDifference(names).sorted().map {
      "'\($0)' must be a parameter: a stored property with @Parameter and a default"
    } + (stage.survives(json) ? [] : ["it must decode to what it was encoded from"])
  }

  /// Documents with mistakes, which must not be made into stages.
  private var refusals: [String] {
    let unknown = "no-such-parameter"
    let wrong: [(String, JSON)] =
      [(unknown, .null)]
      + parameters.flatMap { definition in
        definition.beyond.map { (definition.name, $0) }
      }
    return wrong.compactMap { name, value in
      (try? stage(with: [name: value], at: .root)) == nil
        ? nil : "'\(name)' must not take \(value)"
    }
  }
}

extension Stage {
  /// Whether the stage that is decoded from `json` encodes to it.
  fileprivate func survives(_ json: JSON) -> Bool {
    guard let stage = try? json.decoded(as: Self.self) else { return false }
    return (try? JSON(encoding: stage)) == json
  }
}

extension ParameterDefinition {
  fileprivate var violations: [String] {
    var found: [String] = []
    if name.wholeMatch(of: /[a-z][a-zA-Z0-9]*/) == nil {
      found.append("parameter '\(name)' must be called by letters and digits")
    }
    if !help.hasSuffix(".") || help.first?.isUppercase != true {
      found.append("the help of '\(name)' must be a sentence that ends in a full stop")
    }
    if let choices = type.choices, choices.isEmpty {
      found.append("'\(name)' must have words to choose from")
    }
    return found
      + issues(with: defaultValue, at: .root).map { "its default is wrong: \($0.message)" }
  }

  /// Numbers right outside the range, where the parameter is a single number.
  fileprivate var beyond: [JSON] {
    switch type {
    case .integer, .number, .optional(.integer), .optional(.number):
      [bounds?.minimum.map { $0 - 1 }, bounds?.maximum.map { $0 + 1 }]
        .compactMap { $0.flatMap { Int128(exactly: $0) }.map { .integer($0) } }
    default: []
    }
  }
}
