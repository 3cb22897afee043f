import Foundation
import Pipeline

/// Files that give the same bytes each time they are opened, which pipes and devices do not.
enum RereadableFile {
  /// Whether a second reading may begin where the first did; also where there is no file.
  static func isRereadable(_ path: String) -> Bool { kind(of: path) == nil }

  /// Throws where a file can be read once only.
  ///
  /// Frames are cold: every stage that reads them opens the file anew, and a second reading of a
  /// pipe would wait for bytes that are gone.
  static func check(_ path: String, of parameter: String) throws {
    guard let kind = kind(of: path) else { return }
    throw ParameterError(
      parameter,
      "must name a file that can be read more than once, for each reading opens it anew; "
        + "'\(path)' is \(kind): write it to a file first")
  }

  private static func kind(of path: String) -> String? {
    var found = stat()
    guard stat(path, &found) == 0 else { return path == "-" ? "standard input" : nil }
    return switch found.st_mode & S_IFMT {
    case S_IFIFO: "a pipe"
    case S_IFSOCK: "a socket"
    case S_IFCHR: "a device"
    default: nil
    }
  }
}
