import Foundation

/// A lock on a file that ends with its process, however that ends.
final class FileLock: Sendable {
  private let descriptor: Int32

  enum Kind: Sendable {
    /// Many may hold it, to read.
    case shared
    /// One alone holds it; the file is made where there is none.
    case exclusive
  }

  /// The lock on the file at `path`, or nothing while somebody else's is in the way.
  ///
  /// - Throws: ``LockError`` where the file cannot be opened or its file system has no locks
  static func attempt(_ kind: Kind, at path: String, making: Bool = false) throws -> FileLock? {
    let flags = making ? O_RDWR | O_CREAT : O_RDONLY
    let descriptor = open(path, flags | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw LockError(path: path, code: errno) }
    let lock = FileLock(descriptor)
    guard flock(descriptor, (kind == .shared ? LOCK_SH : LOCK_EX) | LOCK_NB) == 0 else {
      if errno == EWOULDBLOCK { return nil }
      throw LockError(path: path, code: errno)
    }
    // The file may have been removed between the two calls: then the lock is on nothing.
    var (held, there) = (stat(), stat())
    guard fstat(descriptor, &held) == 0, stat(path, &there) == 0, held.st_ino == there.st_ino
    else { return nil }
    return lock
  }

  private init(_ descriptor: Int32) { self.descriptor = descriptor }

  /// Makes the file's time of change the present one, where that is allowed.
  func touch() { futimens(descriptor, nil) }

  deinit { close(descriptor) }
}

/// Why a file cannot be locked, which does not mean that anything is damaged.
struct LockError: Error, CustomStringConvertible {
  let path: String
  /// The system's number.
  let code: Int32

  var description: String { "\(path): \(String(cString: strerror(code)).lowercased())" }
}

/// Why something is not kept, or not found again.
struct CacheError: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }

  /// The system's word for the last failure.
  static func system(_ path: String) -> CacheError {
    CacheError("\(path): \(String(cString: strerror(errno)).lowercased())")
  }
}
