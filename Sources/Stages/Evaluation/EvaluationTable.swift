import Foundation

/// Rows of numbers under common headings.
public struct EvaluationTable: Codable, Sendable, Equatable {
  /// Which of two numbers is the better one.
  public enum Sense: String, Codable, Sendable { case higher, lower }

  /// One measure.
  public struct Column: Codable, Sendable, Equatable {
    public var name: String
    /// Nil where neither is better.
    public var sense: Sense?
    /// What the mean should reach.
    public var goal: Double?

    public init(_ name: String, _ sense: Sense? = nil, goal: Double? = nil) {
      self.name = name
      self.sense = sense
      self.goal = goal
    }
  }

  public struct Row: Codable, Sendable, Equatable {
    public var label: String
    /// One number a column; NaN where there is none.
    public var values: [Double]
    /// Whether something else than the model was measured, to compare with.
    public var isControl: Bool
  }

  /// The mean and the worst of one column, controls left out.
  public struct Summary: Codable, Sendable, Equatable {
    public var measure: String
    public var mean: Double
    public var worst: Double?
    /// The row of the worst.
    public var place: String?
    public var goal: Double?
    /// Whether the mean reaches the goal.
    public var met: Bool?
  }

  public var title: String
  /// What the numbers are and how they were made.
  public var note: String
  /// What the first column names.
  public var heading: String
  public var columns: [Column]
  public var rows: [Row]
  /// Whether rows are cases of one thing, so that their mean says something.
  public var hasMeans: Bool

  public init(
    _ title: String, note: String, heading: String, columns: [Column], hasMeans: Bool = true
  ) {
    self.title = title
    self.note = note
    self.heading = heading
    self.columns = columns
    self.hasMeans = hasMeans
    rows = []
  }

  /// - Parameter values: one a column; nil becomes NaN
  public mutating func add(_ label: String, _ values: [Double?], isControl: Bool = false) {
    precondition(
      values.count == columns.count,
      "'\(title)' has \(columns.count) columns, the row '\(label)' \(values.count) numbers")
    rows.append(Row(label: label, values: values.map { $0 ?? .nan }, isControl: isControl))
  }

  /// The summaries of all columns, of their finite numbers.
  public var summaries: [Summary] {
    columns.indices.map { index in
      let column = columns[index]
      let known = rows.filter { !$0.isControl && $0.values[index].isFinite }
      let mean = SeriesMetrics.mean(known.map { $0.values[index] })
      let ranked = known.sorted { $0.values[index] < $1.values[index] }
      let worst = column.sense.flatMap { $0 == .higher ? ranked.first : ranked.last }
      return Summary(
        measure: column.name, mean: mean, worst: worst?.values[index], place: worst?.label,
        goal: column.goal,
        met: column.goal.map { column.sense == .higher ? mean >= $0 : mean <= $0 })
    }
  }

  public var markdown: String {
    var lines = ["### \(title)", "", note, ""]
    lines.append("| \(([heading] + columns.map(\.name)).joined(separator: " | ")) |")
    lines.append("|\(String(repeating: " --- |", count: columns.count + 1))")
    func line(_ label: String, _ cells: [String]) {
      lines.append("| \(([label] + cells).joined(separator: " | ")) |")
    }
    for row in rows { line(row.label, row.values.map(Self.text)) }
    if hasMeans, rows.count(where: { !$0.isControl }) > 1 {
      let summaries = summaries
      line("**mean**", summaries.map { Self.text($0.mean) })
      line(
        "**worst**",
        summaries.map { summary in
          summary.worst.map { "\(Self.text($0)) (\(summary.place ?? ""))" } ?? ""
        })
    }
    let controls = rows.filter(\.isControl)
    if hasMeans, controls.count > 1 {
      line(
        "**mean of controls**",
        columns.indices.map { index in
          Self.text(
            SeriesMetrics.mean(controls.map { $0.values[index] }.filter(\.isFinite)))
        })
    }
    if hasMeans, columns.contains(where: { $0.goal != nil }) {
      line(
        "**target**",
        summaries.map { summary in
          guard let goal = summary.goal, let met = summary.met else { return "" }
          let outcome = summary.mean.isNaN ? "not measured" : met ? "met" : "missed"
          return "\(Self.text(goal)): \(outcome)"
        })
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// A number with about three digits that count.
  static func text(_ value: Double) -> String {
    if value.isNaN { return "–" }
    if value.isInfinite { return value < 0 ? "-infinite" : "infinite" }
    if value == value.rounded(), abs(value) < 1e6 { return String(format: "%.0f", value) }
    let digits = abs(value) < 0.01 ? 4 : abs(value) < 1 ? 3 : 2
    return String(format: "%.\(digits)f", value)
  }
}
