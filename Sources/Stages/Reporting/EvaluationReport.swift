import Foundation

/// What an evaluation measured: tables of numbers with names.
public struct EvaluationReport: Codable, Sendable {
  /// Rows of numbers under common headings.
  public struct Table: Codable, Sendable {
    public struct Row: Codable, Sendable {
      public var label: String
      public var values: [Double]

      public init(_ label: String, _ values: [Double]) {
        self.label = label
        self.values = values
      }
    }

    public var title: String
    /// What the numbers are and how they were made.
    public var note: String
    /// What the first column names.
    public var heading: String
    public var columns: [String]
    public var rows: [Row]

    public init(_ title: String, note: String, heading: String, columns: [String]) {
      self.title = title
      self.note = note
      self.heading = heading
      self.columns = columns
      rows = []
    }

    public mutating func add(_ label: String, _ values: [Double]) {
      rows.append(Row(label, values))
    }

    /// Adds the mean of all rows so far, of each column's finite numbers.
    public mutating func addMean() {
      let means = columns.indices.map { column in
        SeriesMetrics.mean(rows.map { $0.values[column] }.filter(\.isFinite))
      }
      add("mean", means)
    }

    public var markdown: String {
      var lines = ["## \(title)", "", note, ""]
      lines.append("| \(([heading] + columns).joined(separator: " | ")) |")
      lines.append("|\(String(repeating: " --- |", count: columns.count + 1))")
      for row in rows {
        let values = row.values.map { $0.isNaN ? "–" : String(format: "%.2f", $0) }
        lines.append("| \(([row.label] + values).joined(separator: " | ")) |")
      }
      return lines.joined(separator: "\n") + "\n"
    }
  }

  /// The file that was measured.
  public var model: String
  public var tables: [Table]

  public init(model: String, tables: [Table]) {
    self.model = model
    self.tables = tables
  }

  public var markdown: String {
    (["# Evaluation of \(model)\n"] + tables.map(\.markdown)).joined(separator: "\n")
  }

  /// Writes `report.md` and `report.json`.
  public func write(to folder: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "infinite", negativeInfinity: "-infinite", nan: "unknown")
    let url = URL(fileURLWithPath: folder)
    try encoder.encode(self).write(to: url.appendingPathComponent("report.json"))
    try Data(markdown.utf8).write(to: url.appendingPathComponent("report.md"))
  }
}
