import Foundation
import Media

/// What a program is to do, and how long it may take.
struct ExternalJob: Sendable {
  let path: String
  let words: [String]
  let environment: [String: String]
  let input: Frames
  let output: Frames.Info
  let idleSeconds: Double
  let totalSeconds: Double?
  let note: @Sendable (String) -> Void
}

/// One run of a program: frames go in and come out while its reader waits for one.
///
/// Reading and writing take turns as the program's pipes allow, so that it may read all before it
/// writes. What it has not asked for stays where it is: at most one frame waits here, and what fits
/// into a pipe.
final class ExternalReading {
  private let job: ExternalJob
  private let streams: ProgramStreams
  private var source: Frames.Iterator
  /// The times of the frames that were given to the program and have not come back.
  private var spans: [(time: MediaTime, duration: MediaTime?)] = []
  private var isSourceAtEnd = false
  private var given = 0
  private var returned = 0

  init(_ job: ExternalJob) throws {
    self.job = job
    streams = try ProgramStreams(job)
    source = job.input.makeAsyncIterator()
  }

  func next() async throws -> Frame? {
    try await withTaskCancellationHandler {
      try await exchange()
    } onCancel: { [program = streams.program] in
      program.send(SIGKILL)
    }
  }

  private func exchange() async throws -> Frame? {
    let size = 3 * job.output.width * job.output.height
    while true {
      try Task.checkCancellation()
      let hasRead = streams.read(upTo: size)
      if streams.frame.count == size { return try await wholeFrame() }
      if streams.isOutputAtEnd { return try await end() }
      if !streams.hasPending, streams.takesInput, !isSourceAtEnd { try await pull() }
      let hasWritten = streams.write()
      guard !hasRead, !hasWritten else { continue }
      if let limit = try await streams.wait() { throw await ended(limit) }
    }
  }

  /// Gives the program one more frame.
  private func pull() async throws {
    guard let frame = try await source.next() else {
      isSourceAtEnd = true
      return streams.closeInput()
    }
    let info = job.input.info
    guard frame.width == info.width, frame.height == info.height else {
      let size = "\(frame.width) × \(frame.height), not \(info.width) × \(info.height)"
      throw ExternalError("frame \(given): is \(size) as '\(name)' was told")
    }
    spans.append((frame.time, frame.duration))
    given += 1
    streams.give(frame.pixels)
  }

  private func wholeFrame() async throws -> Frame {
    if spans.isEmpty, !isSourceAtEnd, !streams.hasPending { try await pull() }
    guard !spans.isEmpty else {
      throw failure(
        isSourceAtEnd
          ? "has written more than the \(given) frames that it was given"
          : "has written the frame before it has read it")
    }
    let span = spans.removeFirst()
    defer { returned += 1 }
    return Frame(
      width: job.output.width, height: job.output.height, pixels: streams.takeFrame(),
      time: span.time, duration: span.duration, index: returned)
  }

  /// What the end of the program's output means.
  private func end() async throws -> Frame? {
    streams.closeInput()
    while streams.program.ending == nil {
      if let limit = try await streams.wait(forEnd: true) { throw await ended(limit) }
      try Task.checkCancellation()
      _ = streams.read(upTo: 0)
    }
    streams.finishErrors()
    if let failure = streams.program.ending?.failure { throw self.failure(failure) }
    if spans.isEmpty, !isSourceAtEnd { try await pull() }
    let rest = streams.frame.count
    guard spans.isEmpty else {
      guard rest == 0 else {
        let size = 3 * job.output.width * job.output.height
        throw failure("ended after \(rest) of the frame's \(size) bytes")
      }
      throw failure("ended after \(returned) frames, but was given more")
    }
    guard rest == 0 else {
      throw failure("has written \(rest) bytes after the last of the \(given) frames")
    }
    return nil
  }

  /// Ends the program, at first kindly.
  private func ended(_ limit: ProgramStreams.Limit) async -> ExternalError {
    await streams.endProgram()
    return switch limit {
    case .idle: failure("has neither read nor written for \(job.idleSeconds) s and was ended")
    case .total: failure("has run for \(job.totalSeconds ?? 0) s and was ended")
    }
  }

  private var name: String {
    let words = job.words.joined(separator: " ")
    return words.count > 60 ? "\(words.prefix(57))..." : words
  }

  private func failure(_ what: String) -> ExternalError {
    ExternalError("frame \(returned): '\(name)' \(what)\(streams.lines.ending)")
  }
}
