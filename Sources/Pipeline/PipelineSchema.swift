import Foundation

/// The JSON Schema of the documents that name the stages of a registry, for editors and validators.
///
/// What it takes the plan may still refuse: it does not know which ids are earlier ones, nor what a
/// stage's own check says. What it refuses the plan refuses too.
/// - Source: JSON Schema, draft 7, which editors know best
public struct PipelineSchema: Sendable {
  public let json: JSON

  public init(_ registry: StageRegistry) {
    let stages = registry.names.compactMap(registry.definition)
    var outputs: [ObjectIdentifier: Set<String>] = [:]
    for port in stages.flatMap({ $0.type.outputs }) {
      outputs[ObjectIdentifier(port.artifact), default: []].insert(port.name)
    }
    json = [
      "$schema": "http://json-schema.org/draft-07/schema#",
      "title": "A pipeline of pvpipe",
      "type": "object",
      "required": ["stages"],
      "additionalProperties": false,
      "properties": [
        "$schema": ["type": "string", "description": "This schema, for editors."],
        "summary": ["type": "string", "description": "What the pipeline does, in one sentence."],
        "presets": [
          "type": "object",
          "description": "Parameters by entry that --preset NAME sets; --fast is the preset fast.",
          "additionalProperties": [
            "type": "object", "additionalProperties": ["type": "object"],
          ],
        ],
        "stages": [
          "type": "array", "minItems": 1, "items": ["$ref": "#/definitions/entry"],
          "description": "The entries, in the order in which they run.",
        ],
      ],
      "definitions": ["entry": Self.entry(stages, outputs)],
    ]
  }

  /// The schema as indented text with sorted keys.
  public var text: String {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      return String(decoding: try encoder.encode(json), as: UTF8.self)
    }
  }

  private static func entry(
    _ stages: [StageDefinition], _ outputs: [ObjectIdentifier: Set<String>]
  ) -> JSON {
    [
      "type": "object",
      "required": ["id", "use"],
      "additionalProperties": false,
      "properties": [
        "id": [
          "type": "string", "pattern": "^[a-z][a-z0-9-]*$",
          "description": "What later entries and --set call this one.",
        ],
        "use": [
          "enum": .array(stages.map { .string($0.type.name) }),
          "description": "The stage.",
        ],
        "with": ["type": "object", "description": "Parameters that differ from their defaults."],
        "from": [
          "type": "object", "description": "The output that feeds each input, as \"id.port\".",
        ],
      ],
      "allOf": .array(stages.map { $0.rule(outputs) }),
    ]
  }
}

extension StageDefinition {
  /// What an entry that uses the stage must be like.
  fileprivate func rule(_ outputs: [ObjectIdentifier: Set<String>]) -> JSON {
    let with = Dictionary(parameters.map { ($0.name, $0.schema) }) { first, _ in first }
    let from = type.inputs.map { ($0.name, $0.schema(outputs)) }
    let required = type.inputs.filter { !$0.isOptional }.map { JSON.string($0.name) }
    let fields: JSON = [
      "use": ["description": .string(type.summary)],
      "with": ["properties": .object(with), "additionalProperties": false],
      "from": [
        "properties": .object(Dictionary(from) { first, _ in first }),
        "required": .array(required), "additionalProperties": false,
      ],
    ]
    return [
      "if": ["properties": ["use": ["const": .string(type.name)]], "required": ["use"]],
      "then": ["properties": fields, "required": required.isEmpty ? [] : ["from"]],
    ]
  }
}

extension AnyPort {
  /// An address of any output that gives the artifact.
  fileprivate func schema(_ outputs: [ObjectIdentifier: Set<String>]) -> JSON {
    let names = (outputs[ObjectIdentifier(artifact)] ?? []).sorted().joined(separator: "|")
    let duty = isOptional ? "optional" : "required"
    return [
      "type": "string", "pattern": .string("^[a-z][a-z0-9-]*\\.(\(names))$"),
      "description": .string("\(kind), \(duty)"),
    ]
  }
}

extension ParameterDefinition {
  fileprivate var schema: JSON {
    guard case .object(var fields) = type.schema(bounds) else { return type.schema(bounds) }
    fields["description"] = .string(help + (unit.map { " Unit: \($0)." } ?? ""))
    fields["default"] = defaultValue
    return .object(fields)
  }
}

extension ParameterType {
  /// The values of the type whose numbers lie within `bounds`.
  fileprivate func schema(_ bounds: NumberBounds?) -> JSON {
    switch self {
    case .boolean: ["type": "boolean"]
    case .integer(let range):
      .object(["type": "integer"].merging(Self.limits(range, bounds)) { $1 })
    case .number: .object(["type": "number"].merging(Self.limits(nil, bounds)) { $1 })
    case .text: ["type": "string"]
    case .choice(let words): ["enum": .array(words.map { .string($0) })]
    case .list(let element): ["type": "array", "items": element.schema(bounds)]
    case .table(let element): ["type": "object", "additionalProperties": element.schema(bounds)]
    case .optional(let wrapped): ["anyOf": [wrapped.schema(bounds), ["type": "null"]]]
    }
  }

  private static func limits(_ range: ClosedRange<Int128>?, _ bounds: NumberBounds?) -> [String:
    JSON]
  {
    var limits: [String: JSON] = [:]
    // The ends of 64 bits are no limit that anybody meets.
    if let range, range.lowerBound > Int128(Int64.min) {
      limits["minimum"] = .integer(range.lowerBound)
    }
    if let range, range.upperBound < Int128(Int64.max) {
      limits["maximum"] = .integer(range.upperBound)
    }
    func number(_ value: Double) -> JSON {
      Int128(exactly: value).map { .integer($0) } ?? .number(value)
    }
    if let low = bounds?.minimum { limits["minimum"] = number(low) }
    if let high = bounds?.maximum { limits["maximum"] = number(high) }
    return limits
  }
}
