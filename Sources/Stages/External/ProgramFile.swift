import Foundation
import Pipeline

/// Where a program lies that a command names: a path if there is a slash in it, else a name in `PATH`.
enum ProgramFile {
  /// - Throws: ``ParameterError``, which tells the nearest name there is
  static func path(of name: String) throws(ParameterError) -> String {
    let isPath = name.contains("/")
    let folders = isPath ? [(name as NSString).deletingLastPathComponent] : searchPath
    let file = isPath ? (name as NSString).lastPathComponent : name
    let places = folders.map { ($0 as NSString).appendingPathComponent(file) }
    if let place = places.first(where: isProgram) { return place }
    if let place = places.first(where: FileManager.default.fileExists) {
      throw ParameterError("command", "names '\(place)', which is no executable file")
    }
    let names = Set(folders.flatMap { contents($0) }).sorted()
    let hint =
      NearestName.of(file, among: names).map {
        let path = (folders[0] as NSString).appendingPathComponent($0)
        return "; did you mean '\(isPath ? path : $0)'?"
      } ?? ""
    let place = isPath ? "there is no such file" : "there is no such program in PATH"
    throw ParameterError("command", "names '\(name)', but \(place)\(hint)")
  }

  private static var searchPath: [String] {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    return path.split(separator: ":").map(String.init)
  }

  private static func isProgram(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
      && !isFolder.boolValue && FileManager.default.isExecutableFile(atPath: path)
  }

  private static func contents(_ folder: String) -> [String] {
    let path = folder.isEmpty ? "." : folder
    return (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
  }
}
