import Foundation

/// A file that is in memory where the system has such a folder.
struct MemoryFile {
  struct Failure: Error { let path: String }

  private static let folder =
    FileManager.default.isWritableFile(atPath: "/dev/shm")
    ? "/dev/shm" : FileManager.default.temporaryDirectory.path

  /// Calls `body` with the path of a file that holds `data` as long as the call takes.
  @discardableResult
  init(_ data: Data, _ body: (String) throws -> Void) throws {
    let path = "\(Self.folder)/fuzz-\(ProcessInfo.processInfo.processIdentifier)-\(UUID())"
    defer { unlink(path) }
    guard FileManager.default.createFile(atPath: path, contents: data) else {
      throw Failure(path: path)
    }
    try body(path)
  }
}
