extension StageListing {
  /// One line a stage: its name and its summary, in two columns.
  public static func table(_ listings: [StageListing]) -> String {
    let width = listings.map(\.name.count).max() ?? 0
    return listings.map { row($0.name, $0.summary, width) }.joined(separator: "\n")
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
    let sections = [
      ("inputs", inputs.map(\.line)), ("outputs", outputs.map(\.line)),
      ("parameters", parameters.flatMap(\.lines)),
    ].filter { !$0.1.isEmpty }
    let width = sections.flatMap(\.1).map(\.0.count).max() ?? 0
    let lines = sections.flatMap { title, rows in
      [title] + rows.map { "  " + Self.row($0, $1, width) }
    }
    return (["\(name): \(summary)"] + (lines.isEmpty ? [] : [""]) + lines).joined(separator: "\n")
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
    let isBounded = minimum != nil || maximum != nil
    let range = isBounded ? NumberBounds(minimum: minimum, maximum: maximum).range : nil
    let numbers = [range, unit].compactMap(\.self).joined(separator: " ")
    return ([type + words, numbers].filter { !$0.isEmpty } + ["default \(`default`)"])
      .joined(separator: ", ")
  }
}
