/// The least and the greatest value a number may have.
struct NumberBounds: Hashable, Sendable, CustomStringConvertible {
  let minimum: Double?
  let maximum: Double?

  /// What an error message wants: `within 0...2000`, `at least 1`.
  var description: String {
    switch (minimum, maximum) {
    case (let low?, nil): "at least \(Self.short(low))"
    case (nil, let high?): "at most \(Self.short(high))"
    default: "within \(range)"
    }
  }

  /// The bounds as a range, open where there is none: `0...2000`, `1...`.
  var range: String { (minimum.map(Self.short) ?? "") + "..." + (maximum.map(Self.short) ?? "") }

  /// What is wrong with `value`, which the document writes as `json`.
  func issues(_ value: Double, _ json: JSON, named name: String, at place: JSONPointer) -> [Issue] {
    guard minimum.map({ value < $0 }) ?? false || maximum.map({ value > $0 }) ?? false
    else { return [] }
    return [Issue("'\(name)' must be \(self), not \(json)", at: place)]
  }

  private static func short(_ value: Double) -> String {
    Int(exactly: value).map(String.init) ?? "\(value)"
  }
}
