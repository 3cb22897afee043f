extension StageListing {
  /// One line a stage: its name and its summary, in two columns.
  public static func table(_ listings: [StageListing]) -> String {
    columns(listings.map { ($0.name, $0.summary) }).joined(separator: "\n")
  }

  /// All that is known of the stage, as a person reads it.
  ///
  ///     face-crop: Crops one upright face from each frame.
  ///
  ///     inputs
  ///       frames  frames
  ///     outputs
  ///       crops   frames
  ///     parameters
  ///       size    integer, 16...1024 pixels, default 512
  ///               Side of the square crop.
  public var text: String {
    let lines =
      [("inputs", "")] + inputs.map(\.line) + [("outputs", "")] + outputs.map(\.line)
      + [("parameters", "")] + parameters.flatMap(\.lines)
    let sections = Self.sections(lines)
    let title = ["\(name): \(summary)"] + (sections.isEmpty ? [] : [""])
    return (title + sections).joined(separator: "\n")
  }

  /// Lines of two columns under their headings; a heading without lines is left out.
  private static func sections(_ lines: [(String, String)]) -> [String] {
    let width = lines.filter { !$0.1.isEmpty }.map(\.0.count).max() ?? 0
    return lines.indices.compactMap { index in
      let (first, second) = lines[index]
      guard second.isEmpty else { return "  " + row(first, second, width) }
      let isFollowed = index + 1 < lines.count && !lines[index + 1].1.isEmpty
      return isFollowed ? first : nil
    }
  }

  private static func columns(_ rows: [(String, String)]) -> [String] {
    let width = rows.map(\.0.count).max() ?? 0
    return rows.map { row($0, $1, width) }
  }

  private static func row(_ first: String, _ second: String, _ width: Int) -> String {
    first + String(repeating: " ", count: width - first.count + 2) + second
  }
}

extension StageListing.Port {
  fileprivate var line: (String, String) { (name, optional ? "\(kind), optional" : kind) }
}

extension StageListing.Parameter {
  fileprivate var lines: [(String, String)] { [(name, value), ("", help)] }

  /// What may be given: `integer, 16...1024 pixels, default 512`.
  private var value: String {
    let words = choices.map { ": " + $0.joined(separator: " | ") } ?? ""
    let bounds = NumberBounds(minimum: minimum, maximum: maximum)
    let numbers = [bounds.range, unit].compactMap(\.self).joined(separator: " ")
    return ([type + words, numbers].filter { !$0.isEmpty } + ["default \(`default`)"])
      .joined(separator: ", ")
  }
}
