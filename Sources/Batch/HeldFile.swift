import Foundation

/// A file that this process alone holds until it ends, however it ends: the lock of a batch, the log of a task.
///
/// Unlike the locks of the cache it waits where it is told to, and does without where a file system has no locks.
public struct HeldFile {
  private let file: Int32

  /// Takes the lock; gives nothing where another process has it.
  ///
  /// - Parameter waits: whether to wait for the other process
  /// - Throws: ``BatchError`` where the file cannot be made
  public init?(_ path: String, waits: Bool) throws {
    file = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
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
      // The file system has no locks: nobody is kept from working on the same there.
      break
    }
  }

  /// Lets what the process prints from here on, on both outputs, go to the end of the file.
  public func takeOutput() {
    dup2(file, STDOUT_FILENO)
    dup2(file, STDERR_FILENO)
  }
}
