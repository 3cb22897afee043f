/// One object of a document, read key by key; gathers what is wrong with it.
///
/// A misspelled key is reported once and then read as the key it is nearest to, so that one mistake
/// has one message.
struct DocumentObject {
  private(set) var issues: [Issue] = []
  private var fields: [String: JSON] = [:]
  private let place: JSONPointer
  private let isObject: Bool

  /// - Parameters:
  ///   - noun: what messages call the object
  ///   - keys: those that messages name
  ///   - others: those that may be there too
  init(
    _ json: JSON, called noun: String, keys: [String], passing others: [String] = [],
    at place: JSONPointer
  ) {
    self.place = place
    guard case .object(let fields) = json else {
      isObject = false
      issues = [Issue("\(noun) must be an object, not \(json.found)", at: place)]
      return
    }
    isObject = true
    self.fields = fields
    for key in fields.keys.sorted() where !keys.contains(key) && !others.contains(key) {
      let hint = NearestName.hint(key, among: keys, listing: "it has")
      issues.append(Issue("\(noun) has no key '\(key)'\(hint)", at: place / key))
      if let nearest = NearestName.of(key, among: keys), fields[nearest] == nil {
        self.fields[nearest] = fields[key]
      }
    }
  }

  /// The text at `key`, if there is one.
  mutating func text(_ key: String) -> String? {
    switch fields[key] {
    case .string(let text)?: return text
    case let value?: report("must be text in quotes, not \(value.found)", key)
    case nil: break
    }
    return nil
  }

  /// The text at `key`, which must be there.
  mutating func requiredText(_ key: String) -> String? {
    if isObject, fields[key] == nil { issues.append(Issue("is missing", at: place / key)) }
    return text(key)
  }

  /// The list at `key`, which must be there and have an element.
  mutating func list(_ key: String, of elements: String) -> [JSON]? {
    guard isObject else { return nil }
    switch fields[key] {
    case .array(let values)? where !values.isEmpty: return values
    case .array?: report("must have at least one element", key)
    case let value?: report("must be a list of \(elements), not \(value.found)", key)
    case nil: report("is missing", key)
    }
    return nil
  }

  /// The object at `key`, empty if there is none; nothing if something else is there.
  mutating func object(_ key: String) -> [String: JSON]? {
    switch fields[key] {
    case .object(let fields)?: return fields
    case let value?: report("must be an object, not \(value.found)", key)
    case nil: return [:]
    }
    return nil
  }

  private mutating func report(_ message: String, _ key: String) {
    issues.append(Issue(message, at: place / key))
  }
}
