/// What an evaluation measured: its parts, and how far the targets were reached.
public struct EvaluationReport: Codable, Sendable {
  /// A measure that has a target.
  public struct Outcome: Codable, Sendable, Equatable {
    public var part: EvaluationPart.Name
    public var table: String
    public var summary: EvaluationTable.Summary
  }

  /// The file that was measured.
  public let model: String
  public let parts: [EvaluationPart]
  public let outcomes: [Outcome]

  public init(model: String, parts: [EvaluationPart]) {
    self.model = model
    self.parts = parts
    outcomes = parts.flatMap { part in
      part.tables.flatMap { table in
        table.summaries.filter { $0.goal != nil }
          .map { Outcome(part: part.name, table: table.title, summary: $0) }
      }
    }
  }

  public var markdown: String {
    var lines = ["# Evaluation of \(model)", ""]
    if !outcomes.isEmpty {
      lines += ["| measure | mean | worst | target | |", "| --- | --- | --- | --- | --- |"]
      for outcome in outcomes {
        let summary = outcome.summary
        let worst = summary.worst.map { "\(EvaluationTable.text($0)) (\(summary.place ?? ""))" }
        let cells = [
          "\(outcome.table): \(summary.measure)", EvaluationTable.text(summary.mean),
          worst ?? "–", summary.goal.map(EvaluationTable.text) ?? "",
          summary.mean.isNaN ? "not measured" : summary.met == true ? "met" : "missed",
        ]
        lines.append("| \(cells.joined(separator: " | ")) |")
      }
      lines.append("")
    }
    let skipped = parts.flatMap { part in part.skipped.map { "- \(part.name.rawValue): \($0)" } }
    if !skipped.isEmpty { lines += ["Skipped:", ""] + skipped + [""] }
    lines += parts.map(\.markdown)
    lines.append("Seconds: ")
    lines[lines.count - 1] += parts.map { part in
      "\(part.name.rawValue) \(Int(part.seconds.rounded()))"
    }.joined(separator: ", ")
    return lines.joined(separator: "\n") + "\n"
  }
}
