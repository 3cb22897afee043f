import Foundation
import Media
import Pipeline

extension Origin {
  /// A file, or the numbered pictures of a pattern, that is about to be read.
  ///
  /// It is hashed when the hash is asked for, which is after it was read; what has changed until
  /// then has no hash any more.
  /// - Parameter comment: what the file says of itself
  static func file(_ path: String, comment: String?) -> Origin {
    let before = MediaState(path)
    return Origin(
      Synthesis.isStated(by: comment) ? .synthesis : .recording,
      name: URL(fileURLWithPath: path).lastPathComponent
    ) {
      guard !before.files.isEmpty, MediaState(path) == before else { throw FileChanged() }
      let digits = try SHA256.digits(ofFiles: before.files.map(\.path))
      guard MediaState(path) == before else { throw FileChanged() }
      return digits
    }
  }
}

/// A file that is not what it was when its frames were read.
private struct FileChanged: Error, CustomStringConvertible {
  var description: String { "is not the file any more that was read" }
}
