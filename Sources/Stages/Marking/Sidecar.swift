import Foundation
import Media
import Pipeline

/// The JSON file beside a synthesized one that tells how it was made: `OUT.mp4.json`.
///
/// It appears a moment before the file that it is about, so that no such file is seen without one;
/// what stays alone after a crash between the two names its file's hash, and so whether it is that
/// file's.
public struct Sidecar {
  /// The sidecar's own place.
  let path: String
  private let synthesis: Synthesis?

  /// - Parameters:
  ///   - path: the file that it is about, or the pattern of numbered ones
  ///   - synthesis: what it says; nothing takes one away that tells of an earlier file
  /// - Throws: `MediaError` where something else has its name
  public init(of path: String, saying synthesis: Synthesis?) throws {
    self.path = path + ".json"
    self.synthesis = synthesis
    guard synthesis != nil, !Self.isAbsent(self.path), !Self.isOurs(self.path) else { return }
    throw MediaError(
      .write, self.path,
      "is there and was not written by \(Release.tool); move it away, or set 'sidecar' to false")
  }

  /// Lets the complete files of a writer appear.
  /// - Returns: the paths of all files, its own too, where there may be nothing
  @discardableResult
  public func appear(with writer: VideoWriter) throws -> [String] {
    try appear(with: writer.outputs) { try writer.commit() }
  }

  /// Lets complete files appear.
  /// - Returns: the paths of all files, its own too, where there may be nothing
  func appear(with files: [OutputFile], commit: () throws -> Void) throws -> [String] {
    let own = try synthesis.map { try written($0, about: files) }
    try Task.checkCancellation()
    try own?.commit()
    do {
      try commit()
    } catch {
      if own != nil { unlink(path) }
      throw error
    }
    if own == nil, Self.isOurs(path) { unlink(path) }
    return files.map(\.path) + [path]
  }

  /// The document under its hidden name.
  private func written(_ synthesis: Synthesis, about files: [OutputFile]) throws -> OutputFile {
    let document = try synthesis.document(
      about: files.map { (URL(fileURLWithPath: $0.path).lastPathComponent, $0.temporaryPath) })
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let file = try OutputFile(path: path)
    try file.write(encoder.encode(document))
    return file
  }

  private static func isAbsent(_ path: String) -> Bool {
    !FileManager.default.fileExists(atPath: path)
  }

  /// Whether a file is a sidecar that this program wrote.
  private static func isOurs(_ path: String) -> Bool {
    guard let data = FileManager.default.contents(atPath: path),
      let text = String(validating: data, as: UTF8.self),
      case .object(let fields)? = try? JSONText(text).value
    else { return false }
    return fields["tool"] == .string(Release.tool) && fields["synthesized"] == .bool(true)
  }
}
