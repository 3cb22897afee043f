/// A path that stands for numbered images, as `frames/%04d.png`.
package struct ImagePattern {
  private let prefix: Substring
  private let suffix: Substring
  private let digits: Int

  /// Nil when the path holds no `%d` or `%0Nd`.
  package init?(_ path: String) {
    guard let found = path.firstRange(of: /%(?:0([1-9]))?d/),
      let match = path[found].wholeMatch(of: /%(?:0([1-9]))?d/)
    else { return nil }
    prefix = path[..<found.lowerBound]
    suffix = path[found.upperBound...]
    digits = match.1.flatMap { Int($0) } ?? 1
  }

  /// The path of image `number`.
  package func path(_ number: Int) -> String {
    let text = String(number)
    return prefix + String(repeating: "0", count: max(0, digits - text.count)) + text + suffix
  }
}
