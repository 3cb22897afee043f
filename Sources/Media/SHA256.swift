internal import FFmpegShim
public import Foundation

/// The hash of bytes, as 64 hexadecimal digits.
/// - Source: NIST FIPS 180-4
public enum SHA256 {
  /// The hash of bytes in memory.
  public static func digits(of data: Data) -> String {
    var hash = Hash()
    data.withUnsafeBytes { hash.add($0) }
    return hash.digits
  }

  /// The hash of files, one after the other as if they were one; no more than 1 MiB is in memory.
  ///
  /// Ends when the task is canceled meanwhile. Who asks in a canceled task, to leave what it has, gets the hash.
  public static func digits(ofFiles paths: [String]) throws -> String {
    var hash = Hash()
    let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 64)
    defer { piece.deallocate() }
    let ends = !Task.isCancelled
    for path in paths {
      let file = open(path, O_RDONLY | O_CLOEXEC)
      guard file >= 0 else { throw failure(path) }
      defer { close(file) }
      while true {
        if ends { try Task.checkCancellation() }
        let count = read(file, piece.baseAddress, piece.count)
        if count < 0, errno == EINTR { continue }
        guard count >= 0 else { throw failure(path) }
        guard count > 0 else { break }
        hash.add(UnsafeRawBufferPointer(rebasing: piece[..<count]))
      }
    }
    return hash.digits
  }

  private static func failure(_ path: String) -> MediaError {
    let reason = String(cString: strerror(errno)).lowercased()
    return MediaError(.read, path, "cannot be read (\(reason))")
  }

  private struct Hash: ~Copyable {
    private var handle: OpaquePointer?

    init() {
      handle = pvff_hash_open()
      precondition(handle != nil, "there is no memory for a hash")
    }

    mutating func add(_ bytes: UnsafeRawBufferPointer) {
      pvff_hash_add(handle, bytes.baseAddress, bytes.count)
    }

    /// The digits of all that was added, asked for once.
    var digits: String {
      mutating get {
        var digest = [UInt8](repeating: 0, count: 32)
        pvff_hash_finish(handle, &digest)
        return digest.map { $0 < 16 ? "0" + String($0, radix: 16) : String($0, radix: 16) }.joined()
      }
    }

    deinit {
      var handle = handle
      pvff_hash_close(&handle)
    }
  }
}
