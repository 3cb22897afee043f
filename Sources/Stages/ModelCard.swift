import Foundation

/// The card of a model: Markdown whose sections tell of its data and its limits.
struct ModelCard {
  let text: String

  init(_ text: String) { self.text = text }

  /// The first heading.
  var title: String? {
    text.split(separator: "\n").first { $0.hasPrefix("# ") }
      .map { $0.dropFirst(2).trimmingCharacters(in: .whitespaces) }
  }

  /// The lines below the heading `## name`, without empty ones at their ends.
  func section(_ name: String) -> String? {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard let start = lines.firstIndex(of: "## \(name)") else { return nil }
    let rest = lines[(start + 1)...]
    let body = rest.prefix { !$0.hasPrefix("## ") && !$0.hasPrefix("# ") }
    return body.joined(separator: "\n").trimmingCharacters(in: .whitespacesAndNewlines)
  }
}
