import Foundation

/// A lock that is let go when its holder ends, however it ends.
public struct FileLock: ~Copyable {
  private let file: Int32

  /// Takes the lock, or gives nothing where another process has it.
  ///
  /// - Parameter waits: whether to wait for the other process
  /// - Throws: ``BatchError`` where the file cannot be made
  public static func take(_ path: String, waits: Bool) throws -> FileLock? {
    let file = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
    guard file >= 0 else {
      let reason = String(cString: strerror(errno)).lowercased()
      throw BatchError("\(path): cannot be written (\(reason))")
    }
    while flock(file, waits ? LOCK_EX : LOCK_EX | LOCK_NB) != 0 {
      if errno == EINTR { continue }
      if errno == EWOULDBLOCK {
        close(file)
        return nil
      }
      // A file system without locks: one who starts two batches in a folder is not told there.
      break
    }
    return FileLock(file: file)
  }

  private init(file: Int32) { self.file = file }

  /// Lets what the process prints from here on, on both outputs, go to the end of the file.
  public func takeOutput() {
    dup2(file, STDOUT_FILENO)
    dup2(file, STDERR_FILENO)
  }

  deinit { close(file) }
}
