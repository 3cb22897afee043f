import Foundation
import Media
import Pipeline
internal import ProgramShim

/// The folder of a file that is to be written, made where it is missing.
struct OutputFolder {
  /// The file's place.
  let path: String
  /// The folders that were made, the outermost first.
  private var made: [String] = []

  private static func place(of path: String, in context: RunContext) -> URL {
    path.hasPrefix("/")
      ? URL(fileURLWithPath: path) : context.folder.appendingPathComponent(path)
  }

  /// Throws where no file can be made at `path`, without making anything.
  static func check(_ path: String, in context: RunContext) throws {
    let url = place(of: path, in: context)
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder), isFolder.boolValue
    {
      throw MediaError(.write, path, "is a folder, not a file")
    }
    var folder = url.deletingLastPathComponent()
    while folder.path != "/", !FileManager.default.fileExists(atPath: folder.path) {
      folder.deleteLastPathComponent()
    }
    _ = FileManager.default.fileExists(atPath: folder.path, isDirectory: &isFolder)
    guard isFolder.boolValue else {
      throw MediaError(.write, path, "'\(folder.path)' is not a folder")
    }
    guard FileManager.default.isWritableFile(atPath: folder.path) else {
      throw MediaError(.write, path, "the folder '\(folder.path)' may not be written to")
    }
  }

  /// Makes the folders above `path`, which is below the run's folder if it is relative.
  init(of path: String, in context: RunContext) throws {
    let url = Self.place(of: path, in: context)
    self.path = url.path
    var missing: [String] = []
    var folder = url.deletingLastPathComponent()
    while folder.path != "/", !FileManager.default.fileExists(atPath: folder.path) {
      missing.append(folder.path)
      folder.deleteLastPathComponent()
    }
    for folder in missing.reversed() {
      // One that is still empty goes after a crash too, be it in the very moment that it is made.
      let trace = pvps_trace_begin(folder)
      if mkdir(folder, 0o777) == 0 {
        made.append(folder)
        continue
      }
      let code = errno
      pvps_trace_end(trace)
      guard code == EEXIST else {
        removeWhatWasMade()
        let reason = String(cString: strerror(code)).lowercased()
        throw MediaError(.write, path, "the folder '\(folder)' cannot be made (\(reason))")
      }
    }
  }

  /// Removes the folders that were made and are still empty.
  func removeWhatWasMade() {
    for folder in made.reversed() { rmdir(folder) }
  }
}
