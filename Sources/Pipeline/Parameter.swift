/// A parameter of a stage: its value, and what a listing says about it.
///
///     @Parameter("Optimizer steps.", in: 0...2000) public var steps = 500
///     @Parameter("Room around the face, as a part of its side.") public var margin = 0.2
///     @Parameter("Largest yaw.", in: 0...90, unit: "degrees") public var yawDegrees = 20.0
///     @Parameter("Frames to take; null takes all.", in: 1...) public var count: Int? = nil
///
/// A range holds for every number in a list, a table or an optional as well. Encoding keeps only
/// the value, under the property's own name.
@propertyWrapper
public struct Parameter<Value: ParameterValue>: Sendable {
  public var wrappedValue: Value
  let help: String
  let unit: String?
  let bounds: NumberBounds?

  /// A parameter that takes every value of its type.
  ///
  /// - Parameters:
  ///   - help: a sentence that ends in a full stop
  ///   - unit: what a number counts: `pixels`, `seconds`
  public init(wrappedValue: Value, _ help: String, unit: String? = nil) {
    self.init(wrappedValue, help, bounds: nil, unit: unit)
  }

  /// A parameter whose numbers lie in a closed range.
  public init(
    wrappedValue: Value, _ help: String, in range: ClosedRange<Double>, unit: String? = nil
  ) {
    let bounds = NumberBounds(minimum: range.lowerBound, maximum: range.upperBound)
    self.init(wrappedValue, help, bounds: bounds, unit: unit)
  }

  /// A parameter whose numbers have a least value.
  public init(
    wrappedValue: Value, _ help: String, in range: PartialRangeFrom<Double>, unit: String? = nil
  ) {
    let bounds = NumberBounds(minimum: range.lowerBound, maximum: nil)
    self.init(wrappedValue, help, bounds: bounds, unit: unit)
  }

  private init(_ value: Value, _ help: String, bounds: NumberBounds?, unit: String?) {
    wrappedValue = value
    self.help = help
    self.bounds = bounds
    self.unit = unit
  }
}

extension Parameter: Codable {
  public init(from decoder: any Decoder) throws {
    self.init(try decoder.singleValueContainer().decode(Value.self), "", bounds: nil, unit: nil)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(wrappedValue)
  }
}

/// What is known of one parameter when its stage has not been made yet.
struct ParameterDefinition: Sendable {
  let name: String
  let type: ParameterType
  let help: String
  let unit: String?
  let bounds: NumberBounds?
  let defaultValue: JSON

  /// All that keeps `json` from being this parameter's value.
  func issues(with json: JSON, at place: JSONPointer) -> [Issue] {
    type.issues(json, named: name, within: bounds, at: place)
  }
}

/// A ``Parameter`` of any type, as a mirror of a stage finds it.
protocol AnyParameter {
  func definition(named name: String) -> ParameterDefinition
}

extension Parameter: AnyParameter {
  func definition(named name: String) -> ParameterDefinition {
    ParameterDefinition(
      name: name, type: Value.parameterType, help: help, unit: unit, bounds: bounds,
      defaultValue: (try? JSON(encoding: wrappedValue)) ?? .null)
  }
}
