import Foundation
import Media

/// Which files a path stands for, and of what age and size they are.
///
/// Clocks may go backward, so states are compared for equality only.
struct MediaState: Equatable {
  struct File: Equatable {
    let path: String
    let size: Int64
    /// Nanoseconds since 1970 of the last change of the bytes.
    let modified: Int64
    let node: UInt64
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

extension MediaState.File {
  init?(_ path: String) {
    var found = stat()
    guard stat(path, &found) == 0, found.st_mode & S_IFMT == S_IFREG else { return nil }
    self.path = path
    size = Int64(found.st_size)
    modified = Int64(found.st_mtim.tv_sec) &* 1_000_000_000 &+ Int64(found.st_mtim.tv_nsec)
    node = UInt64(found.st_ino)
  }
}

/// A video that must stay the same as long as it is read.
struct SteadyFile: Sendable {
  let path: String
  private let state: MediaState

  /// - Parameter path: of what is about to be read
  init(_ path: String) {
    self.path = path
    state = MediaState(path)
  }

  /// Runs `body`, which reads frame `number` or, where that is nil, what comes before all frames.
  ///
  /// What goes wrong after a change is the change's fault.
  /// - Throws: `MediaError` where the file is not what it was
  func reading<Value>(frame number: Int?, _ body: () throws -> Value?) throws -> Value? {
    do {
      let value = try body()
      // Of numbered pictures all would have to be looked at each time.
      if value == nil || state.files.count == 1 { try check(number) }
      return value
    } catch let error as CancellationError {
      throw error
    } catch {
      try check(number)
      throw error
    }
  }

  private func check(_ number: Int?) throws {
    guard MediaState(path) != state else { return }
    let place = number.map { " (frame \($0))" } ?? ""
    throw MediaError(
      .read, path, "was changed, replaced or removed while it was read\(place)")
  }
}
