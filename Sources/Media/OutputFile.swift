import Foundation
internal import ProgramShim

/// A file that appears under its name when it is whole, and leaves nothing behind when it is not.
package final class OutputFile {
  package let path: String
  /// Where the file grows: hidden, in the same folder.
  package let temporaryPath: String
  /// What lets it be gone after a crash too.
  private let trace: OpaquePointer?

  /// Checks that a file can be made at `path`.
  package init(path: String) throws {
    let url = URL(fileURLWithPath: path)
    let folder = url.deletingLastPathComponent()
    let name = (path as NSString).deletingLastPathComponent
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: folder.path, isDirectory: &isFolder) else {
      throw MediaError(.write, path, "the folder '\(name)' does not exist")
    }
    guard isFolder.boolValue else { throw MediaError(.write, path, "'\(name)' is not a folder") }
    guard FileManager.default.isWritableFile(atPath: folder.path) else {
      throw MediaError(.write, path, "the folder '\(folder.path)' may not be written to")
    }
    if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue {
      throw MediaError(.write, path, "is a folder, not a file")
    }
    self.path = path
    let mark = String(UInt32.random(in: 0...UInt32.max), radix: 16)
    let short = String(decoding: url.lastPathComponent.utf8.prefix(180), as: UTF8.self)
    temporaryPath =
      folder.appendingPathComponent(
        ".\(short).partial-\(ProcessInfo.processInfo.processIdentifier)-\(mark)"
      ).path
    trace = pvps_trace_begin(temporaryPath)
  }

  /// Puts a whole file in place of any at `path`.
  ///
  /// - Throws: `MediaError` where it cannot be made
  package static func write(_ data: Data, to path: String) throws {
    let file = try OutputFile(path: path)
    try file.write(data)
    try file.commit()
  }

  /// Fills the file under its hidden name.
  ///
  /// - Throws: `MediaError` where there is no room for it, or no place
  package func write(_ data: Data) throws {
    func failure() -> MediaError {
      let reason = String(cString: strerror(errno)).lowercased()
      return MediaError(.write, path, "cannot be written (\(reason))")
    }
    guard let file = fopen(temporaryPath, "wbe") else { throw failure() }
    defer { fclose(file) }
    let count = data.withUnsafeBytes { fwrite($0.baseAddress, 1, $0.count, file) }
    guard count == data.count, fflush(file) == 0 else { throw failure() }
  }

  /// Gives the whole file its name, in place of any file there, when all of it is on the disk: after a power failure too
  /// what has its name is whole.
  package func commit() throws {
    let descriptor = open(temporaryPath, O_RDONLY | O_CLOEXEC)
    defer { if descriptor >= 0 { close(descriptor) } }
    if descriptor >= 0, fsync(descriptor) != 0 {
      let reason = String(cString: strerror(errno)).lowercased()
      throw MediaError(.write, path, "cannot be brought to the disk (\(reason))")
    }
    guard rename(temporaryPath, path) == 0 else {
      let reason = String(cString: strerror(errno)).lowercased()
      let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
      guard FileManager.default.fileExists(atPath: folder) else {
        throw MediaError(.write, path, "the folder '\(folder)' is not there any more")
      }
      throw MediaError(.write, path, "cannot be put in place (\(reason))")
    }
  }

  deinit {
    unlink(temporaryPath)
    pvps_trace_end(trace)
  }
}
