import Foundation
import Media

/// Where an evaluation keeps its finished parts, so that a second call does only what is missing.
///
/// `parts/NAME.json` appears by rename once the part is done and its pictures are written; the report is made
/// of all parts that are there. Several calls with different parts may so share a folder.
public struct EvaluationFolder: Sendable {
  private let url: URL

  /// Makes the folder if it is not there.
  public init(_ path: String) throws {
    url = URL(fileURLWithPath: path, isDirectory: true)
    try FileManager.default.createDirectory(
      at: url.appendingPathComponent("parts"), withIntermediateDirectories: true)
  }

  /// The part as it was kept, if it was made with the same model and settings.
  public func finished(_ name: EvaluationPart.Name, origin: String) -> EvaluationPart? {
    guard let part = stored(name), part.origin == origin else { return nil }
    return part
  }

  /// Writes the pictures of a part, and then its numbers.
  @discardableResult
  public func keep(
    _ result: EvaluationResult, as name: EvaluationPart.Name, origin: String, seconds: Double
  ) throws -> EvaluationPart {
    for (file, sheet) in result.sheets {
      try sheet.write(
        url.appendingPathComponent("\(file).png").path, comment: Synthesis.comment)
    }
    let part = EvaluationPart(
      name: name, origin: origin, tables: result.tables,
      sheets: result.sheets.map { "\($0.name).png" }, skipped: result.skipped, seconds: seconds)
    try OutputFile.write(Self.encoder.encode(part), to: place(name).path)
    return part
  }

  /// All parts of one model that are there, in the order of the report.
  public func report(of model: String, origin: (EvaluationPart.Name) -> String) -> EvaluationReport
  {
    EvaluationReport(
      model: model,
      parts: EvaluationPart.Name.allCases.compactMap { finished($0, origin: origin($0)) })
  }

  /// Writes `report.md` and `report.json`.
  public func write(_ report: EvaluationReport) throws {
    try OutputFile.write(
      Self.encoder.encode(report), to: url.appendingPathComponent("report.json").path)
    try OutputFile.write(
      Data(report.markdown.utf8), to: url.appendingPathComponent("report.md").path)
  }

  private func place(_ name: EvaluationPart.Name) -> URL {
    url.appendingPathComponent("parts/\(name.rawValue).json")
  }

  private func stored(_ name: EvaluationPart.Name) -> EvaluationPart? {
    guard let data = try? Data(contentsOf: place(name)) else { return nil }
    return try? Self.decoder.decode(EvaluationPart.self, from: data)
  }

  private static var encoder: JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "infinite", negativeInfinity: "-infinite", nan: "unknown")
    return encoder
  }

  private static var decoder: JSONDecoder {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "infinite", negativeInfinity: "-infinite", nan: "unknown")
    return decoder
  }
}
