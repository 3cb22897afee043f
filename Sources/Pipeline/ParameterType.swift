/// What JSON values a parameter takes.
public indirect enum ParameterType: Hashable, Sendable {
  case boolean
  case integer(ClosedRange<Int128>)
  case number
  case text
  case choice([String])
  case list(of: ParameterType)
  case table(of: ParameterType)
  case optional(ParameterType)
}

/// A type that a parameter may have.
///
/// An enumeration needs only to say so: `enum Blend: String, CaseIterable, ParameterValue`.
public protocol ParameterValue: Codable, Sendable {
  static var parameterType: ParameterType { get }
}

extension ParameterValue where Self: FixedWidthInteger {
  public static var parameterType: ParameterType { .integer(Int128(min)...Int128(max)) }
}

extension ParameterValue where Self: BinaryFloatingPoint {
  public static var parameterType: ParameterType { .number }
}

extension ParameterValue where Self: CaseIterable & RawRepresentable<String> {
  public static var parameterType: ParameterType { .choice(allCases.map(\.rawValue)) }
}

extension Int: ParameterValue {}
extension Int32: ParameterValue {}
extension Int64: ParameterValue {}
extension UInt32: ParameterValue {}
extension UInt64: ParameterValue {}
extension Double: ParameterValue {}
extension Float: ParameterValue {}
extension Bool: ParameterValue { public static var parameterType: ParameterType { .boolean } }
extension String: ParameterValue { public static var parameterType: ParameterType { .text } }

extension Array: ParameterValue where Element: ParameterValue {
  public static var parameterType: ParameterType { .list(of: Element.parameterType) }
}

extension Dictionary: ParameterValue where Key == String, Value: ParameterValue {
  public static var parameterType: ParameterType { .table(of: Value.parameterType) }
}

extension Optional: ParameterValue where Wrapped: ParameterValue {
  public static var parameterType: ParameterType { .optional(Wrapped.parameterType) }
}

extension ParameterType: CustomStringConvertible {
  /// The type as a listing names it: `list of numbers`, `integer or null`.
  public var description: String {
    switch self {
    case .boolean: "boolean"
    case .integer: "integer"
    case .number: "number"
    case .text: "text"
    case .choice: "choice"
    case .list(let element): "list of \(element.plural)"
    case .table(let element): "table of \(element.plural)"
    case .optional(let wrapped): "\(wrapped) or null"
    }
  }

  /// The words among which the value of a choice must be.
  public var choices: [String]? {
    switch self {
    case .choice(let words): words
    case .list(let inner), .table(let inner), .optional(let inner): inner.choices
    default: nil
    }
  }

  private var plural: String {
    switch self {
    case .boolean, .integer, .number, .choice: "\(self)s"
    case .text: "texts"
    case .list(let element): "lists of \(element.plural)"
    case .table(let element): "tables of \(element.plural)"
    case .optional(let wrapped): "\(wrapped.plural) or null"
    }
  }

  /// What an error message wants in place of what it found.
  private var wanted: String {
    switch self {
    case .boolean: "true or false"
    case .integer(let range) where range == Int128(Int.min)...Int128(Int.max): "an integer"
    case .integer(let range): "an integer within \(range)"
    case .number: "a number"
    case .text: "text in quotes"
    case .choice(let words): "one of " + words.joined(separator: ", ")
    case .list, .table: "a \(self)"
    case .optional(let wrapped): wrapped.wanted
    }
  }
}

extension ParameterType {
  /// All that keeps `json` from being of this type and its numbers within `bounds`.
  func issues(
    _ json: JSON, named name: String, within bounds: NumberBounds?, at place: JSONPointer
  ) -> [Issue] {
    switch (self, json) {
    case (.optional, .null), (.boolean, .bool), (.text, .string): []
    case (.optional(let wrapped), _):
      wrapped.issues(json, named: name, within: bounds, at: place)
    case (.integer(let range), .integer(let value)) where range ~= value:
      bounds?.issues(Double(value), json, named: name, at: place) ?? []
    case (.number, .integer(let value)):
      bounds?.issues(Double(value), json, named: name, at: place) ?? []
    case (.number, .number(let value)):
      bounds?.issues(value, json, named: name, at: place) ?? []
    case (.choice(let words), .string(let word)) where words.contains(word): []
    case (.list(let element), .array(let values)):
      values.enumerated().flatMap { index, value in
        element.issues(value, named: "\(name)[\(index)]", within: bounds, at: place / index)
      }
    case (.table(let element), .object(let fields)):
      fields.sorted { $0.key < $1.key }.flatMap { key, value in
        element.issues(value, named: "\(name).\(key)", within: bounds, at: place / key)
      }
    default: [mismatch(json, named: name, at: place)]
    }
  }

  private func mismatch(_ json: JSON, named name: String, at place: JSONPointer) -> Issue {
    var message = "'\(name)' must be \(wanted), not \(json.found)"
    if case .string(let word) = json, let choices,
      let nearest = NearestName.of(word, among: choices)
    {
      message += "; did you mean \"\(nearest)\"?"
    }
    return Issue(message, at: place)
  }
}
