import Foundation
import Media
import Pipeline
import Stages
import Synchronization
import Testing

@Suite struct FramesTests {
  /// What happened, in order.
  final class Log: Sendable {
    let lines = Mutex<[String]>([])
    func add(_ line: String) { lines.withLock { $0.append(line) } }
    var all: [String] { lines.withLock { $0 } }
  }

  struct Torn: Error, CustomStringConvertible { let description = "torn" }
  struct Blamed: Error { let cause: any Error }

  @Test func framesAreMadeOneByOneAsTheyAreRead() async throws {
    let log = Log()
    let frames = Frames(synthetic(count: 3), rate: Ratio(25, 1)).eachFrame {
      log.add("made \($0.index)")
      return $0
    }
    #expect(log.all.isEmpty)
    for try await frame in frames { log.add("read \(frame.index)") }
    #expect(log.all == ["made 0", "read 0", "made 1", "read 1", "made 2", "read 2"])
  }

  @Test func everyReadingBeginsAtTheFirstFrame() async throws {
    let frames = Frames(synthetic(count: 4), rate: Ratio(25, 1))
    for try await frame in frames where frame.index == 1 { break }
    #expect(try await collected(frames) == synthetic(count: 4))
    #expect(try await collected(frames) == synthetic(count: 4))
  }

  @Test func encodingIsNeverMoreThanThreeFramesBehindDecoding() async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: folder) }
    let counts = Mutex((made: 0, written: 0, ahead: 0))
    let frames = Frames(synthetic(count: 40), rate: Ratio(25, 1)).eachFrame { frame in
      counts.withLock {
        $0.made += 1
        $0.ahead = max($0.ahead, $0.made - $0.written)
      }
      return frame
    }
    let context = RunContext(folder: folder) { event in
      guard case .progress(let done, _, _) = event.kind else { return }
      counts.withLock { $0.written = done }
    }
    try await encode(frames, Encode(path: "a.mkv", codec: .ffv1), in: context)
    #expect(counts.withLock { $0.made } == 40)
    // Two ahead of the one in hand, and one whose writing is not yet told.
    #expect(counts.withLock { $0.ahead } <= 4)
  }

  @Test func aFailureEndsTheReadingAndIsGivenAsItIsWrapped() async throws {
    let frames = Frames(synthetic(count: 4), rate: Ratio(25, 1)).eachFrame { frame in
      if frame.index == 2 { throw Torn() }
      return frame
    }.failing { Blamed(cause: $0) }.failing { Blamed(cause: $0) }
    var iterator = frames.makeAsyncIterator()
    #expect(try await iterator.next()?.index == 0)
    #expect(try await iterator.next()?.index == 1)
    let failure = await #expect(throws: Blamed.self) { try await iterator.next() }
    #expect((failure?.cause as? Blamed)?.cause is Torn)
    #expect(try await iterator.next() == nil)
  }

  @Test func aCanceledReadingEnds() async throws {
    let frames = Frames(Frames.Info(width: 64, height: 48, rate: Ratio(25, 1))) {
      let frame = synthetic(count: 1)[0]
      return { frame }
    }
    let reading = Task {
      for try await _ in frames {}
    }
    reading.cancel()
    await #expect(throws: CancellationError.self) { try await reading.value }
  }
}
