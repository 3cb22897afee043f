import Faces
import Foundation
import Media
import PV3D
import Pipeline
import Stages
import Synchronization
import TestSupport
import Testing

/// Work that goes on beside other work, seen without a clock: what is waited for happens only if it
/// was begun before it was asked for.
@Suite(.timeLimit(.minutes(30))) struct OverlapTests {
  /// The frames of a video that were begun, and how far beyond those read any of them was.
  final class Trace: Sendable {
    private let state = Mutex((begun: [Int](), read: 0, lead: 0))
    private let stream = AsyncStream.makeStream(of: Int.self)

    func begin(_ index: Int) {
      state.withLock {
        $0.begun.append(index)
        $0.lead = max($0.lead, index - $0.read)
      }
      stream.continuation.yield(index)
    }

    /// That its reader has one frame more.
    func read() { state.withLock { $0.read += 1 } }

    /// Waits until a frame is begun.
    func begun(_ index: Int) async {
      for await next in stream.stream where next == index { return }
    }

    var all: [Int] { state.withLock { $0.begun } }
    var lead: Int { state.withLock { $0.lead } }
  }

  struct Torn: Error {}
  struct Blamed: Error {}

  /// Gray frames, as bright as their number times ten.
  static func grays(_ count: Int, _ trace: Trace, torn: Int? = nil) -> Frames {
    let info = Frames.Info(width: 32, height: 32, rate: Ratio(25, 1), estimatedCount: count)
    return Frames(info) {
      var index = 0
      return {
        guard index < count else { return nil }
        defer { index += 1 }
        trace.begin(index)
        if index == torn { throw Torn() }
        return Frame(
          width: 32, height: 32, pixels: [UInt8](repeating: UInt8(10 * index), count: 3 * 32 * 32),
          time: MediaTime(Int64(index), 25), index: index)
      }
    }
  }

  static func drawn(beside: Frames, frames: Int) async throws -> Frames {
    let sample = try await MultiViewRenderTests.tracks(people: [1], frames: frames)
    let inputs = Ports(MultiViewRender.latents, sample[Sample.latents])
      .with(Port<Frames>("beside"), beside)
    return try await MultiViewRender().run(inputs, in: RunContext())[MultiViewRender.frames]
  }

  @Test func cropsAreMadeWhileAnEarlierFrameIsDrawn() async throws {
    let trace = Trace()
    var reader = try await Self.drawn(beside: Self.grays(6, trace), frames: 6).makeAsyncIterator()
    #expect(trace.all.isEmpty)
    for index in 0..<6 {
      let frame = try #require(try await reader.next())
      trace.read()
      #expect(frame.index == index)
      let left = (0..<32).flatMap {
        frame.pixels[$0 * 3 * frame.width..<($0 * frame.width + 32) * 3]
      }
      #expect(left.allSatisfy { $0 == UInt8(10 * index) })
      // Nobody asks for them: without work ahead the test would wait forever.
      guard index < 4 else { continue }
      await trace.begun(index + 2)
      #expect(trace.all == Array(0...index + 2))
    }
    #expect(try await reader.next() == nil)
    #expect(trace.all == Array(0..<6))
    #expect(trace.lead <= 2)
  }

  @Test func aFailureOfTheCropsComesAfterTheFramesBeforeItWithItsStage() async throws {
    let crops = Self.grays(6, Trace(), torn: 3).failing { _ in Blamed() }
    var reader = try await Self.drawn(beside: crops, frames: 6).makeAsyncIterator()
    for index in 0..<3 { #expect(try await reader.next()?.index == index) }
    await #expect(throws: Blamed.self) { try await reader.next() }
    #expect(try await reader.next() == nil)
  }

  @Test func framesAreDecodedWhileAnEarlierOneIsCropped() async throws {
    let trace = Trace()
    let entries = (0..<4).map { index in
      FaceTrack.Entry(
        sourceIndex: index, time: MediaTime(Int64(index), 25), origin: .found,
        crop: CropFrame(center: SIMD2(16, 16), side: 32), landmarks: Landmarks([]), confidence: 1)
    }
    var stage = FaceCrop()
    stage.size = 32
    let track = FaceTrack(entries, width: 32, height: 32, rate: Ratio(25, 1))
    var reader = stage.crops(of: Self.grays(4, trace), track).makeAsyncIterator()
    #expect(try await reader.next()?.pixels[0] == 0)
    trace.read()
    await trace.begun(1)
    #expect(trace.all == [0, 1])
    for index in 1..<4 {
      #expect(try await reader.next()?.pixels[0] == UInt8(10 * index))
      trace.read()
    }
    #expect(trace.all == Array(0..<4))
    #expect(trace.lead <= 1)
  }

  /// A thread of its own, on which waiting keeps nobody else from working.
  final class OwnThread: TaskExecutor {
    private let queue = DispatchQueue(label: "encoding")

    func enqueue(_ job: consuming ExecutorJob) {
      let job = UnownedJob(job)
      queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
  }

  @Test(.enabled(if: Workshop.hasCommands)) func framesAreMadeWhileAnEarlierOneIsEncoded()
    async throws
  {
    let shop = try Workshop("overlap")
    let (trace, isBegun) = (Trace(), DispatchSemaphore(value: 0))
    let frames = Self.grays(6, trace)
    let watching = Task {
      await trace.begun(2)
      isBegun.signal()
    }
    // The first frame counts as encoded when the third is begun.
    let context = RunContext(folder: shop.folder) { event in
      guard case .progress(let done, _, _) = event.kind else { return }
      if done == 1 { isBegun.wait() }
      trace.read()
    }
    try await Task(executorPreference: OwnThread()) {
      try await encode(frames, Encode(path: "a.mkv", codec: .ffv1), in: context)
    }.value
    await watching.value
    let written = try await collected(decoded(Decode(path: shop.path("a.mkv"))))
    #expect(written.map { $0.pixels[0] } == [0, 10, 20, 30, 40, 50])
    #expect(trace.lead <= 3)
  }
}
