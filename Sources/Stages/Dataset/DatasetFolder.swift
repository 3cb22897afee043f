import Foundation
import Media
import PV3D

/// A folder in the layout that PV3D is trained from.
///
/// `voxceleb.list` names one file a line; the file is in `recrop_faces`, and its cameras, one entry a frame, are in
/// `smoothed_camera2world` under the same name as JSON: `[frame id, 25 numbers]`. The list is there only when the
/// folder is whole. `sources` keeps a report of every video, from which an interrupted run goes on.
/// - Source: PV3D-SPEC section 16
package struct DatasetFolder: Sendable {
  package let url: URL

  package init(_ url: URL) { self.url = url }

  package var list: URL { url.appendingPathComponent("voxceleb.list") }
  private var sources: URL { url.appendingPathComponent("sources") }

  package func video(_ name: String) -> URL {
    url.appendingPathComponent("recrop_faces/\(name).mp4")
  }

  package func cameras(_ name: String) -> URL {
    url.appendingPathComponent("smoothed_camera2world/\(name).json")
  }

  /// Makes the folders and takes the list away: the folder is not whole until it is written again.
  package func begin() throws {
    let files = FileManager.default
    var isFolder: ObjCBool = false
    if files.fileExists(atPath: url.path, isDirectory: &isFolder), !isFolder.boolValue {
      throw MediaError(.write, url.path, "is a file, not a folder")
    }
    if files.fileExists(atPath: list.path), !files.fileExists(atPath: sources.path) {
      throw MediaError(
        .write, url.path, "holds a voxceleb.list that was not made here; give a folder of its own")
    }
    for folder in ["recrop_faces", "smoothed_camera2world", "sources"] {
      try files.createDirectory(
        at: url.appendingPathComponent(folder), withIntermediateDirectories: true)
    }
    if files.fileExists(atPath: list.path) { try files.removeItem(at: list) }
  }

  /// Writes the cameras of a clip; `first` is the number in its video of its first frame.
  package func write(_ cameras: [Camera], of name: String, first: Int) throws {
    let entries = cameras.enumerated().map { index, camera in
      "[\(first + index), [\(camera.label.map(\.description).joined(separator: ", "))]]"
    }
    try write("[\n\(entries.joined(separator: ",\n"))\n]\n", to: self.cameras(name))
  }

  /// Writes the list, which makes the folder whole.
  package func finish(_ names: [String]) throws {
    try write(names.map { "\($0).mp4\n" }.joined(), to: list)
  }

  /// Gives a text its name when it is whole.
  package func write(_ text: String, to url: URL) throws {
    let file = try OutputFile(path: url.path)
    try file.write(Data(text.utf8))
    try file.commit()
  }

  /// The reports of videos that an earlier run has finished, by the names of their clips' beginnings.
  package func reports() throws -> [String: SourceReport] {
    let files = try FileManager.default.contentsOfDirectory(
      at: sources, includingPropertiesForKeys: nil, options: .skipsHiddenFiles)
    var reports: [String: SourceReport] = [:]
    for file in files where file.pathExtension == "json" {
      reports[file.deletingPathExtension().lastPathComponent] = try? JSONDecoder().decode(
        SourceReport.self, from: Data(contentsOf: file))
    }
    return reports
  }

  /// Keeps the report of a video whose clips are all written.
  package func keep(_ report: SourceReport, as stem: String) throws {
    try write(Self.text(report), to: sources.appendingPathComponent("\(stem).json"))
  }

  /// Whether every clip of a report is there.
  package func holds(_ report: SourceReport) -> Bool {
    report.clips.allSatisfy {
      FileManager.default.fileExists(atPath: video($0.name).path)
        && FileManager.default.fileExists(atPath: cameras($0.name).path)
    }
  }

  /// Removes the report of a video, and then its clips.
  package func remove(_ report: SourceReport, as stem: String) throws {
    let clips = report.clips.flatMap { [video($0.name), cameras($0.name)] }
    for file in [sources.appendingPathComponent("\(stem).json")] + clips
    where FileManager.default.fileExists(atPath: file.path) {
      try FileManager.default.removeItem(at: file)
    }
  }

  /// JSON with one value a line and sorted keys.
  package static func text(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self) + "\n"
  }
}
