import Foundation
import Glibc

/// The bytes on their way to and from a program, moved without ever blocking one stream for another.
final class ProgramStreams {
  /// How a program has taken too long.
  enum Limit: Sendable { case idle, total }

  let program: ChildProgram
  /// The bytes of the frame that is being read.
  private(set) var frame: [UInt8] = []
  private(set) var isOutputAtEnd = false
  /// Whether the program reads still.
  private(set) var takesInput = true
  private(set) var lines: ErrorLines
  private var pending: ArraySlice<UInt8> = []
  private var areErrorsAtEnd = false
  private var buffer = [UInt8](repeating: 0, count: 1 << 16)
  private let idleSeconds: Double
  private let deadline: ContinuousClock.Instant?

  init(_ job: ExternalJob) throws {
    program = try ChildProgram(job.path, job.words, environment: job.environment)
    lines = ErrorLines(job.note)
    idleSeconds = job.idleSeconds
    deadline = job.totalSeconds.map { .now + .seconds($0) }
  }

  /// Whether bytes wait to be written.
  var hasPending: Bool { !pending.isEmpty }

  /// Bytes to write next; dropped where the program reads no more.
  func give(_ bytes: [UInt8]) { if takesInput { pending = bytes[...] } }

  func closeInput() {
    takesInput = false
    pending = []
    program.closeInput()
  }

  /// The frame that has been read; the next one begins.
  func takeFrame() -> [UInt8] {
    defer { frame = [] }
    return frame
  }

  /// Reads what there is, of the frame not beyond `size` bytes; tells whether the frame has grown.
  func read(upTo size: Int) -> Bool {
    readErrors()
    frame.reserveCapacity(size)
    let before = frame.count
    while !isOutputAtEnd, frame.count < size,
      let bytes = available(program.output, size - frame.count)
    {
      isOutputAtEnd = bytes.isEmpty
      frame += bytes
    }
    return frame.count > before || isOutputAtEnd
  }

  /// Takes the rest of the standard error.
  func finishErrors() {
    while !areErrorsAtEnd, readErrors() {}
    lines.endLine()
  }

  @discardableResult private func readErrors() -> Bool {
    guard !areErrorsAtEnd, let bytes = available(program.errors, buffer.count) else { return false }
    areErrorsAtEnd = bytes.isEmpty
    lines.take(bytes)
    return true
  }

  /// The next bytes of a stream; empty at its end, nothing where none are there yet.
  private func available(_ file: Int32, _ most: Int) -> ArraySlice<UInt8>? {
    let count = buffer.withUnsafeMutableBytes {
      Glibc.read(file, $0.baseAddress, min(most, $0.count))
    }
    guard count < 0 else { return buffer[..<count] }
    // A stream that fails gives nothing any more.
    return errno == EAGAIN || errno == EINTR ? nil : []
  }

  /// Writes what the program takes; tells whether it took anything.
  func write() -> Bool {
    guard hasPending else { return false }
    guard let count = program.write(pending) else {
      closeInput()
      return true
    }
    pending = pending.dropFirst(count)
    return count > 0
  }

  /// Waits until a stream is ready, or `forEnd` until the program has ended as well.
  ///
  /// - Returns: the limit that was reached before
  func wait(forEnd: Bool = false) async throws -> Limit? {
    var files: [pollfd] = []
    func watch(_ file: Int32, _ events: Int32) {
      files.append(pollfd(fd: file, events: Int16(events), revents: 0))
    }
    if !isOutputAtEnd { watch(program.output, POLLIN) }
    if !areErrorsAtEnd { watch(program.errors, POLLIN) }
    if hasPending { watch(program.input, POLLOUT) }
    if forEnd { watch(program.end, POLLIN) }
    let rest = deadline.map { ($0 - .now) / .seconds(1) } ?? .infinity
    let isReady = await Self.poll(files, seconds: min(idleSeconds, rest))
    if rest <= idleSeconds, !isReady || rest <= 0 { return .total }
    return isReady ? nil : .idle
  }

  /// Asks the program to end, and ends it when it does not.
  func endProgram() async {
    program.send(SIGTERM)
    let graceSeconds = 1.0
    _ = await Self.poll(
      [pollfd(fd: program.end, events: Int16(POLLIN), revents: 0)], seconds: graceSeconds)
    program.send(SIGKILL)
    finishErrors()
  }

  /// Waits on a thread that no task needs.
  private static func poll(_ files: [pollfd], seconds: Double) async -> Bool {
    await withCheckedContinuation { continuation in
      DispatchQueue.global().async {
        var files = files
        let milliseconds = Int32(min(max(0, (seconds * 1000).rounded(.up)), 1e9))
        var count: Int32
        repeat {
          count = Glibc.poll(&files, nfds_t(files.count), milliseconds)
        } while count < 0 && errno == EINTR
        continuation.resume(returning: count > 0)
      }
    }
  }
}
