/// A place in a JSON document: `/stages/1/with/size`.
///
/// - Source: RFC 6901
public struct JSONPointer: Hashable, Sendable, CustomStringConvertible {
  public var tokens: [String]

  /// The whole document.
  public static let root = JSONPointer(tokens: [])

  public init(tokens: [String]) { self.tokens = tokens }

  /// The place that a coding path names.
  public init(_ codingPath: [any CodingKey]) {
    tokens = codingPath.map { $0.intValue.map(String.init) ?? $0.stringValue }
  }

  public static func / (parent: JSONPointer, key: String) -> JSONPointer {
    JSONPointer(tokens: parent.tokens + [key])
  }

  public static func / (parent: JSONPointer, index: Int) -> JSONPointer { parent / "\(index)" }

  /// The place `child` seen from this one.
  public static func / (parent: JSONPointer, child: JSONPointer) -> JSONPointer {
    JSONPointer(tokens: parent.tokens + child.tokens)
  }

  public var description: String {
    tokens.map {
      "/" + $0.replacing("~", with: "~0").replacing("/", with: "~1")
    }.joined()
  }
}
