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
    let before = FileState(path)
    return Origin(
      Synthesis.isStated(by: comment) ? .synthesis : .recording,
      name: URL(fileURLWithPath: path).lastPathComponent
    ) {
      guard !before.files.isEmpty, FileState(path) == before else { throw FileChanged() }
      let digits = try SHA256.digits(ofFiles: before.files.map(\.path))
      guard FileState(path) == before else { throw FileChanged() }
      return digits
    }
  }
}

/// A file that is not what it was when its frames were read.
private struct FileChanged: Error, CustomStringConvertible {
  var description: String { "is not the file any more that was read" }
}

/// Which files a path stands for, and of what age and size they are.
struct FileState: Equatable {
  struct File: Equatable {
    let path: String
    let size: Int
    let changed: Date?
    let node: Int
  }

  let files: [File]

  init(_ path: String) {
    guard let pattern = ImagePattern(path), File(path) == nil else {
      files = File(path).map { [$0] } ?? []
      return
    }
    // A sequence begins with one of the first five numbers, as it does for FFmpeg.
    let first = (0..<5).first { File(pattern.path($0)) != nil } ?? 0
    files = Array(
      sequence(state: first) { number -> File? in
        defer { number += 1 }
        return File(pattern.path(number))
      })
  }
}

extension FileState.File {
  init?(_ path: String) {
    let real = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    guard let found = try? FileManager.default.attributesOfItem(atPath: real),
      found[.type] as? FileAttributeType == .typeRegular
    else { return nil }
    self.path = path
    size = (found[.size] as? NSNumber)?.intValue ?? 0
    changed = found[.modificationDate] as? Date
    node = (found[.systemFileNumber] as? NSNumber)?.intValue ?? 0
  }
}
