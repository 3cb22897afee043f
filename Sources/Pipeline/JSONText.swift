/// A text read as JSON, and the places of the keys that one object has twice.
///
/// Of a key that is given twice the last value counts.
/// - Source: RFC 8259
public struct JSONText: Sendable {
  /// How deep lists and objects may be nested.
  public static let deepest = 128

  public let value: JSON
  public let repeatedKeys: [JSONPointer]

  /// Reads the whole of `text`.
  public init(_ text: String) throws(JSONSyntaxError) {
    var parser = JSONParser(bytes: Array(text.utf8))
    value = try parser.document()
    repeatedKeys = parser.repeatedKeys
  }
}

/// The first place where a text stops being JSON.
public struct JSONSyntaxError: Error, Hashable, CustomStringConvertible {
  /// Line and column, both counted from 1, columns in characters.
  public let line: Int
  public let column: Int
  public let reason: String

  public var place: String { "line \(line), column \(column)" }
  public var description: String { "\(place): \(reason)" }
}

/// Recursive descent over the bytes of a valid UTF-8 text.
private struct JSONParser {
  let bytes: [UInt8]
  var position = 0
  var path = JSONPointer.root
  var repeatedKeys: [JSONPointer] = []

  init(bytes: [UInt8]) { self.bytes = bytes }

  mutating func document() throws(JSONSyntaxError) -> JSON {
    let value = try value(depth: 0)
    skipSpace()
    guard position == bytes.count else { throw unexpected(wanted: "the end of the text") }
    return value
  }

  private mutating func value(depth: Int) throws(JSONSyntaxError) -> JSON {
    skipSpace()
    guard depth <= JSONText.deepest else {
      throw error("lists and objects are nested deeper than \(JSONText.deepest)")
    }
    switch peek {
    case UInt8(ascii: "{"): return try object(depth: depth)
    case UInt8(ascii: "["): return try array(depth: depth)
    case UInt8(ascii: "\""): return .string(try string())
    case let byte? where byte == UInt8(ascii: "-") || Self.isDigit(byte): return try number()
    default: return try word()
    }
  }

  private mutating func object(depth: Int) throws(JSONSyntaxError) -> JSON {
    var fields: [String: JSON] = [:]
    position += 1
    if takes("}") { return .object(fields) }
    repeat {
      skipSpace()
      guard peek == UInt8(ascii: "\"") else { throw unexpected(wanted: "a key in quotes") }
      let key = try string()
      guard takes(":") else { throw unexpected(wanted: "':' after a key") }
      path.tokens.append(key)
      if fields.updateValue(try value(depth: depth + 1), forKey: key) != nil {
        repeatedKeys.append(path)
      }
      path.tokens.removeLast()
    } while takes(",")
    guard takes("}") else { throw unexpected(wanted: "',' or '}'") }
    return .object(fields)
  }

  private mutating func array(depth: Int) throws(JSONSyntaxError) -> JSON {
    var values: [JSON] = []
    position += 1
    if takes("]") { return .array(values) }
    repeat {
      path.tokens.append("\(values.count)")
      values.append(try value(depth: depth + 1))
      path.tokens.removeLast()
    } while takes(",")
    guard takes("]") else { throw unexpected(wanted: "',' or ']'") }
    return .array(values)
  }

  private mutating func word() throws(JSONSyntaxError) -> JSON {
    for (word, value) in [("true", JSON.bool(true)), ("false", .bool(false)), ("null", .null)]
    where bytes[position...].starts(with: word.utf8) {
      position += word.utf8.count
      return value
    }
    throw unexpected(wanted: "a value")
  }

  private mutating func number() throws(JSONSyntaxError) -> JSON {
    let start = position
    if peek == UInt8(ascii: "-") { position += 1 }
    if peek == UInt8(ascii: "0") { position += 1 } else { try digits() }
    var isInteger = true
    if peek == UInt8(ascii: ".") {
      isInteger = false
      position += 1
      try digits()
    }
    if peek == UInt8(ascii: "e") || peek == UInt8(ascii: "E") {
      isInteger = false
      position += 1
      if peek == UInt8(ascii: "+") || peek == UInt8(ascii: "-") { position += 1 }
      try digits()
    }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    if isInteger, let exact = Int128(text), (Int128(Int64.min)...Int128(UInt64.max)) ~= exact {
      return .integer(exact)
    }
    guard let value = Double(text), value.isFinite else {
      position = start
      throw error("the number \(text) is too large")
    }
    return .number(value)
  }

  private mutating func digits() throws(JSONSyntaxError) {
    let start = position
    while let byte = peek, Self.isDigit(byte) { position += 1 }
    guard position > start else { throw unexpected(wanted: "a digit") }
  }

  private mutating func string() throws(JSONSyntaxError) -> String {
    var content: [UInt8] = []
    position += 1
    while let byte = peek {
      switch byte {
      case UInt8(ascii: "\""):
        position += 1
        return String(decoding: content, as: UTF8.self)
      case UInt8(ascii: "\\"):
        position += 1
        content += Array(String(try escaped()).utf8)
      case 0..<0x20:
        throw error("a line break or control character stands inside quotes")
      default:
        content.append(byte)
        position += 1
      }
    }
    throw unexpected(wanted: "the closing quote")
  }

  private mutating func escaped() throws(JSONSyntaxError) -> Unicode.Scalar {
    guard let byte = peek else { throw unexpected(wanted: "the rest of an escape") }
    if byte == UInt8(ascii: "u") { return try unicodeEscape() }
    let escapes: [UInt8: Unicode.Scalar] = [
      UInt8(ascii: "\""): "\"", UInt8(ascii: "\\"): "\\", UInt8(ascii: "/"): "/",
      UInt8(ascii: "b"): "\u{8}", UInt8(ascii: "f"): "\u{C}", UInt8(ascii: "n"): "\n",
      UInt8(ascii: "r"): "\r", UInt8(ascii: "t"): "\t",
    ]
    guard let scalar = escapes[byte] else {
      throw unexpected(wanted: "one of \" \\ / b f n r t u after '\\'")
    }
    position += 1
    return scalar
  }

  /// Reads `uXXXX`, or the two of them that make one character beyond U+FFFF.
  private mutating func unicodeEscape() throws(JSONSyntaxError) -> Unicode.Scalar {
    let first = try hexadecimal()
    if let scalar = Unicode.Scalar(first) { return scalar }
    guard first < 0xDC00, bytes[position...].starts(with: "\\u".utf8) else {
      throw error("half of a surrogate pair stands alone")
    }
    position += 1
    let second = try hexadecimal()
    guard 0xDC00..<0xE000 ~= second,
      let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
    else { throw error("half of a surrogate pair stands alone") }
    return scalar
  }

  private mutating func hexadecimal() throws(JSONSyntaxError) -> UInt32 {
    position += 1
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = peek, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw unexpected(wanted: "four hexadecimal digits after '\\u'")
      }
      value = value << 4 + UInt32(digit)
      position += 1
    }
    return value
  }

  private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

  private static func isDigit(_ byte: UInt8) -> Bool {
    UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
  }

  private mutating func skipSpace() {
    while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
      position += 1
    }
  }

  private mutating func takes(_ symbol: Unicode.Scalar) -> Bool {
    skipSpace()
    guard peek == UInt8(ascii: symbol) else { return false }
    position += 1
    return true
  }

  private func unexpected(wanted: String) -> JSONSyntaxError {
    let rest = String(decoding: bytes[position...].prefix(16), as: UTF8.self)
    let found =
      switch rest.first {
      case nil: "the text ends"
      case .some(let character) where character.isNewline: "found the end of the line"
      case .some(let character): "found '\(character)'"
      }
    return error("\(found), wanted \(wanted)")
  }

  private func error(_ reason: String) -> JSONSyntaxError {
    let before = bytes[..<position]
    let line = before.count { $0 == 0x0A } + 1
    let start = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
    let column = String(decoding: before[start...], as: UTF8.self).count + 1
    return JSONSyntaxError(line: line, column: column, reason: reason)
  }
}
