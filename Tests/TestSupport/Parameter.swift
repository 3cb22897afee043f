/// A value of a fixture's JSON.
public enum Parameter: Decodable, Sendable {
  case absent
  case flag(Bool)
  case number(Double)
  case text(String)
  case list([Parameter])
  case object([String: Parameter])

  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .absent
    } else if let value = try? container.decode(Bool.self) {
      self = .flag(value)
    } else if let value = try? container.decode(Double.self) {
      self = .number(value)
    } else if let value = try? container.decode(String.self) {
      self = .text(value)
    } else if let value = try? container.decode([Parameter].self) {
      self = .list(value)
    } else {
      self = .object(try container.decode([String: Parameter].self))
    }
  }

  public var bool: Bool? { if case .flag(let value) = self { value } else { nil } }
  public var double: Double? { if case .number(let value) = self { value } else { nil } }
  public var float: Float? { double.map { Float($0) } }
  public var int: Int? { double.map { Int($0) } }
  public var string: String? { if case .text(let value) = self { value } else { nil } }
  public var values: [Parameter] { if case .list(let values) = self { values } else { [] } }
  public var members: [String: Parameter] {
    if case .object(let members) = self { members } else { [:] }
  }

  /// The numbers of a list, or one number as a list.
  public var floats: [Float] { double.map { [Float($0)] } ?? values.compactMap(\.float) }
  /// The numbers of a list, or one number as a list.
  public var ints: [Int] { int.map { [$0] } ?? values.compactMap(\.int) }
}
