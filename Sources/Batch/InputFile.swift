import Foundation
import Media
public import Pipeline

/// A file that an item was made of, or the numbered pictures of a pattern.
public struct InputFile: Codable, Hashable, Sendable {
  public let path: String
  public let bytes: Int
  /// Seconds since 1970 of the newest change.
  public let changed: Double
  /// Of the content; the pictures of a pattern one after the other.
  public let sha256: String

  /// Reads the file; nothing where there is none.
  init?(_ path: String) throws {
    guard let state = State(path) else { return nil }
    self.path = path
    bytes = state.bytes
    changed = state.changed
    sha256 = try SHA256.digits(ofFiles: state.files)
  }

  /// Whether the content is what it was; a file of the same size and time is not read again.
  var isUnchanged: Bool {
    guard let state = State(path), state.bytes == bytes else { return false }
    if state.changed == changed { return true }
    return (try? SHA256.digits(ofFiles: state.files)) == sha256
  }

  /// What is known of a file without reading it.
  private struct State {
    let files: [String]
    var bytes = 0
    var changed = 0.0

    init?(_ path: String) {
      if Self.attributes(path) != nil {
        files = [path]
      } else if let pattern = ImagePattern(path),
        // A sequence begins with one of the first five numbers, as it does for FFmpeg.
        let first = (0..<5).first(where: { Self.attributes(pattern.path($0)) != nil })
      {
        var paths: [String] = []
        for number in first... {
          let path = pattern.path(number)
          guard Self.attributes(path) != nil else { break }
          paths.append(path)
        }
        files = paths
      } else {
        return nil
      }
      for file in files {
        guard let found = Self.attributes(file) else { return nil }
        bytes += found.bytes
        changed = max(changed, found.changed)
      }
    }

    private static func attributes(_ path: String) -> (bytes: Int, changed: Double)? {
      let real = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
      guard let found = try? FileManager.default.attributesOfItem(atPath: real),
        found[.type] as? FileAttributeType == .typeRegular
      else { return nil }
      return (
        (found[.size] as? NSNumber)?.intValue ?? 0,
        (found[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0
      )
    }
  }
}

extension Plan {
  /// The files that the plan's parameters name, in the order of their names.
  ///
  /// What stages without outputs name are files to be written.
  /// - Parameter libraries: files that the stages themselves come from
  public func inputFiles(beside libraries: [String] = []) throws -> [InputFile] {
    let texts = try steps.filter { !type(of: $0.stage).outputs.isEmpty }
      .flatMap { try JSON(encoding: $0.stage).texts }
    return try Set(texts + libraries).sorted().filter { !$0.isEmpty }
      .compactMap { try InputFile($0) }
  }

  /// Says which output would not lie in the item's own folder.
  ///
  /// - Throws: ``PipelineError`` at a path that is absolute or leads out with `..`
  public func checkOutputsAreRelative() throws {
    let issues = try steps.filter { type(of: $0.stage).outputs.isEmpty }.flatMap { step in
      guard case .object(let parameters) = try JSON(encoding: step.stage) else { return [Issue]() }
      return parameters.sorted { $0.key < $1.key }.flatMap { name, value in
        value.texts.filter { $0.hasPrefix("/") || $0.split(separator: "/").contains("..") }
          .map { text in
            Issue(
              "must be a path below the item's own folder, without '..', not '\(text)'",
              at: step.place / "with" / name)
          }
      }
    }
    guard issues.isEmpty else { throw PipelineError(issues) }
  }
}

extension JSON {
  /// All texts in the value.
  fileprivate var texts: [String] {
    switch self {
    case .string(let text): [text]
    case .array(let values): values.flatMap(\.texts)
    case .object(let fields): fields.values.flatMap(\.texts)
    default: []
    }
  }
}
