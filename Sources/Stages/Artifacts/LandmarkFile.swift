import Foundation
import Media
import Synchronization

/// Points of faces, one after the other: x, y and z of each as numbers of 64 bits, least byte first.
final class LandmarkFile: Sendable {
  private static let width = 3 * MemoryLayout<UInt64>.size

  private let descriptor: Int32
  private let path: String
  private let end: Mutex<Int>

  /// An empty file without a name: it goes with the last who holds it, however the program ends.
  ///
  /// - Returns: nothing where no file can be made
  static func temporary() -> LandmarkFile? {
    let folder = FileManager.default.temporaryDirectory
    var name = Array(folder.appendingPathComponent("pvpipe-landmarks-XXXXXX").path.utf8CString)
    let descriptor = mkstemp(&name)
    guard descriptor >= 0 else { return nil }
    unlink(name)
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    return LandmarkFile(descriptor, path: folder.path, end: 0)
  }

  /// Opens a file for reading.
  convenience init(path: String) throws {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Self.error(path, "cannot be opened") }
    self.init(descriptor, path: path, end: Int(lseek(descriptor, 0, SEEK_END)))
  }

  private init(_ descriptor: Int32, path: String, end: Int) {
    self.descriptor = descriptor
    self.path = path
    self.end = Mutex(end)
  }

  deinit { close(descriptor) }

  /// How many points it holds.
  var count: Int { end.withLock { $0 } / Self.width }

  /// The points of a face that follows those before it.
  func face(_ index: Int, count: Int) -> Landmarks {
    Landmarks(in: self, offset: index * count * Self.width, count: count)
  }

  /// Adds points; where they cannot be written they stay in memory.
  func adding(_ points: [SIMD3<Double>]) -> Landmarks {
    let bytes = Self.bytes(points)
    return end.withLock { end in
      guard bytes.withUnsafeBytes({ write($0, at: end) }) else { return Landmarks(points) }
      defer { end += bytes.count }
      return Landmarks(in: self, offset: end, count: points.count)
    }
  }

  func points(at offset: Int, count: Int) throws -> [SIMD3<Double>] {
    let numbers = try [UInt64](unsafeUninitializedCapacity: 3 * count) { buffer, initialized in
      let target = UnsafeMutableRawBufferPointer(buffer)
      var done = 0
      while done < 3 * count * 8 {
        let got = pread(
          descriptor, target.baseAddress.map { $0 + done }, 3 * count * 8 - done,
          off_t(offset + done))
        if got < 0, errno == EINTR { continue }
        guard got > 0 else { throw Self.error(path, "holds landmarks that cannot be read") }
        done += got
      }
      initialized = 3 * count
    }
    return (0..<count).map { index in
      func number(_ axis: Int) -> Double {
        Double(bitPattern: UInt64(littleEndian: numbers[3 * index + axis]))
      }
      return SIMD3(number(0), number(1), number(2))
    }
  }

  /// Points as they lie in a file.
  static func bytes(_ points: [SIMD3<Double>]) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(points.count * width)
    for point in points {
      for axis in 0..<3 {
        withUnsafeBytes(of: point[axis].bitPattern.littleEndian) { bytes += $0 }
      }
    }
    return bytes
  }

  private func write(_ bytes: UnsafeRawBufferPointer, at place: Int) -> Bool {
    var done = 0
    while done < bytes.count {
      let given = pwrite(
        descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done, off_t(place + done))
      if given < 0, errno == EINTR { continue }
      guard given > 0 else { return false }
      done += given
    }
    return true
  }

  private static func error(_ path: String, _ what: String) -> MediaError {
    let reason = String(cString: strerror(errno)).lowercased()
    return MediaError(.read, path, "\(what) (\(reason))")
  }
}
