import ArgumentParser
import Foundation
import Pipeline

/// A pipeline's document on disk.
struct PipelineFile {
  let path: String

  /// Reads the document.
  func spec() throws(PipelineError) -> PipelineSpec { try PipelineSpec(data: data()) }

  /// Whether the file is a JSON Schema, such as the one that lies beside pipelines.
  func isSchema() throws(PipelineError) -> Bool {
    let text = String(decoding: try data(), as: UTF8.self)
    guard case .object(let fields)? = try? JSONText(text).value,
      case .string(let name)? = fields["$schema"]
    else { return false }
    return name.hasPrefix("http://json-schema.org/") || name.hasPrefix("https://json-schema.org/")
  }

  /// The document's bytes; a file that is not there is told with the nearest one that is.
  func data() throws(PipelineError) -> Data {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      let hint = nearest.map { "; did you mean '\($0)'?" } ?? ""
      throw PipelineError([Issue("does not exist\(hint)", at: "")])
    }
    guard !isFolder.boolValue, let data = FileManager.default.contents(atPath: path) else {
      let what = isFolder.boolValue ? "is a folder, not a document" : "cannot be read"
      throw PipelineError([Issue(what, at: "")])
    }
    return data
  }

  /// The document beside this path, or in `pipelines`, whose name is nearest.
  private var nearest: String? {
    let url = URL(fileURLWithPath: path)
    let name = url.deletingPathExtension().lastPathComponent
    let typed = (path as NSString).deletingLastPathComponent
    for folder in [typed, "pipelines"] {
      let files = try? FileManager.default.contentsOfDirectory(
        atPath: folder.isEmpty ? "." : folder)
      let names = (files ?? []).filter { $0.hasSuffix(".json") }.map { String($0.dropLast(5)) }
      guard let found = NearestName.of(name, among: names.sorted()) else { continue }
      return (folder as NSString).appendingPathComponent("\(found).json")
    }
    return nil
  }

  /// One line for every issue: the path, the place in the document, the sentence.
  func lines(of error: PipelineError) -> [String] { error.issues.map { "\(path): \($0)" } }
}

/// Writes one line to standard error; where that is closed or full, the work goes on in silence.
func printError(_ line: String) {
  try? FileHandle.standardError.write(contentsOf: Data("\(line)\n".utf8))
}
