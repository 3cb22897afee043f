import Foundation

/// What one part of an evaluation gave, as it is kept on disk.
public struct EvaluationPart: Codable, Sendable, Equatable {
  /// What can be measured, in the order of the report.
  public enum Name: String, CaseIterable, Codable, Sendable {
    case known, expressions, views
    case heldOut = "held-out"
    case clips, retarget, samples

    /// What the part's section is called.
    public var title: String {
      switch self {
      case .known: "Known heads"
      case .expressions: "Expressions"
      case .views: "Views"
      case .heldOut: "Held-out heads"
      case .clips: "Real clips"
      case .retarget: "Motion of one on another"
      case .samples: "Samples"
      }
    }
  }

  public var name: Name
  /// The model and the settings that it was made with.
  public var origin: String
  public var tables: [EvaluationTable]
  /// Names of picture files.
  public var sheets: [String]
  /// What was not measured, and why.
  public var skipped: [String]
  public var seconds: Double

  public var markdown: String {
    var lines = ["## \(name.title)", ""]
    lines += skipped.map { "Skipped: \($0).\n" }
    lines += tables.map(\.markdown)
    if !sheets.isEmpty {
      let links = sheets.map { "[\($0)](\($0))" }.joined(separator: ", ")
      lines.append("Pictures: \(links).\n")
    }
    return lines.joined(separator: "\n")
  }
}

/// What a part measured, its pictures still in memory.
public struct EvaluationResult {
  public var tables: [EvaluationTable]
  /// By the names of their files.
  public var sheets: [(name: String, sheet: ContactSheet)]
  public var skipped: [String]

  public init(
    tables: [EvaluationTable] = [], sheets: [(name: String, sheet: ContactSheet)] = [],
    skipped: [String] = []
  ) {
    self.tables = tables
    self.sheets = sheets
    self.skipped = skipped
  }
}
