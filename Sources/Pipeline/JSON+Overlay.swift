/// Reading a document as a value whose fields all have defaults.
extension JSON {
  /// The `defaults` with what this object says laid over them, object by object.
  ///
  /// - Parameters:
  ///   - noun: what an error calls the document
  ///   - place: of this object in its document
  /// - Throws: all unknown keys with the nearest name, or the first value that cannot be read
  public func overlaid<Value: Codable>(
    on defaults: Value, called noun: String, at place: JSONPointer = .root
  ) throws(PipelineError) -> Value {
    var issues: [Issue] = []
    let encoded: JSON
    do { encoded = try JSON(encoding: defaults) } catch {
      throw PipelineError([Issue(error, at: place)])
    }
    let whole = merged(on: encoded, noun, place, &issues)
    guard issues.isEmpty else { throw PipelineError(issues) }
    do { return try whole.decoded(as: Value.self) } catch {
      throw PipelineError([Issue(error, at: place)])
    }
  }

  private func merged(
    on defaults: JSON, _ noun: String, _ place: JSONPointer, _ issues: inout [Issue]
  ) -> JSON {
    guard case .object(let known) = defaults else {
      if let kind = defaults.kind, self != .null, self.kind != kind {
        issues.append(Issue("must be \(kind), not \(found)", at: place))
      }
      return self
    }
    guard case .object(let fields) = self else {
      issues.append(Issue("\(noun) must be an object, not \(found)", at: place))
      return defaults
    }
    var result = known
    for (key, value) in fields.sorted(by: { $0.key < $1.key }) {
      guard let known = known[key] else {
        let hint = NearestName.hint(key, among: known.keys.sorted(), listing: "it has")
        issues.append(Issue("\(noun) has no key '\(key)'\(hint)", at: place / key))
        continue
      }
      result[key] = value.merged(on: known, "'\(key)'", place / key, &issues)
    }
    return .object(result)
  }

  /// What a value is to be like to stand in for this one; nil where that is not known.
  private var kind: String? {
    switch self {
    case .null, .object: nil
    case .bool: "true or false"
    case .integer, .number: "a number"
    case .string: "text"
    case .array: "a list"
    }
  }
}
