import Foundation
import Media
import Stages
import Synchronization
import Testing

@Suite struct FrameSieveTests {
  typealias Verdict = FrameSieve.Verdict

  private func sieved(
    _ verdicts: [Verdict], shortest: Int = 3, from first: Int = 100
  ) -> (runs: [Range<Int>], report: SourceReport) {
    var report = SourceReport(file: "a.mp4", key: "")
    let runs = FrameSieve(shortest: shortest).runs(of: verdicts, from: first, into: &report)
    return (runs, report)
  }

  private func kept(_ count: Int) -> [Verdict] { Array(repeating: .kept, count: count) }

  @Test func aRunOfTheLeastLengthIsKeptAndAShorterOneIsRejected() {
    #expect(sieved(kept(3)).runs == [0..<3])
    let (runs, report) = sieved(kept(2))
    #expect(runs == [])
    #expect(report.rejected == [Rejection(.short, first: 100, count: 2, found: 2, wanted: 3)])
  }

  @Test func aCutBelongsToTheRunBehindIt() {
    let cut = Verdict.cut(.jump, found: 0.9, wanted: 0.4)
    let (runs, report) = sieved(kept(3) + [cut] + kept(4))
    #expect(runs == [0..<3, 3..<8])
    #expect(report.cuts.map(\.frame) == [103])
    #expect(report.rejected == [])
  }

  @Test func aCutBehindARejectedFrameIsNone() {
    let blurred = Verdict.rejected(.blurred, found: 5, wanted: 40)
    let cut = Verdict.cut(.change, found: 50, wanted: 25)
    let (runs, report) = sieved(kept(3) + [blurred, blurred, cut] + kept(2))
    #expect(runs == [0..<3, 5..<8])
    #expect(report.cuts == [])
    #expect(report.rejected.count == 2)
    #expect(
      report.rejected.joined
        == [Rejection(.blurred, first: 103, count: 2, found: 5, wanted: 40)])
  }

  @Test func whatIsJoinedKeepsItsWorstNumber() {
    let parts = [
      Rejection(.outside, first: 4, count: 1, found: 0.5, wanted: 0.3),
      Rejection(.small, first: 2, count: 2, found: 60, wanted: 80),
      Rejection(.small, first: 0, count: 2, found: 70, wanted: 80),
      Rejection(.outside, first: 5, count: 1, found: 0.75, wanted: 0.3),
      Rejection(.outside, first: 7, count: 1, found: 0.4, wanted: 0.3),
    ]
    #expect(
      parts.joined == [
        Rejection(.small, first: 0, count: 4, found: 60, wanted: 80),
        Rejection(.outside, first: 4, count: 2, found: 0.75, wanted: 0.3),
        Rejection(.outside, first: 7, count: 1, found: 0.4, wanted: 0.3),
      ])
  }

  @Test func filesOfOneNameGetNamesOfTheirOwn() {
    let paths = ["x/a-mp4.avi", "x/a.mkv", "x/a.mp4", "x/b\nc.mp4"]
    #expect(TrainingClips.stems(of: paths) == ["a-mp4", "a", "a-2", "b_c"])
  }
}

@Suite struct SectionedFramesTests {
  /// Counts how often a video is begun and how many of its frames are made.
  private final class Counter: Sendable {
    let begun = Mutex(0)
    let made = Mutex(0)
  }

  private struct Torn: Error {}

  private func frames(_ counter: Counter, count: Int, tornAt torn: Int? = nil) -> Frames {
    let frames = synthetic(count: count, width: 4, height: 2)
    return Frames(Frames.Info(width: 4, height: 2, rate: Ratio(25, 1))) {
      counter.begun.withLock { $0 += 1 }
      var next = 0
      return {
        if next == torn { throw Torn() }
        guard next < count else { return nil }
        counter.made.withLock { $0 += 1 }
        next += 1
        return frames[next - 1]
      }
    }
  }

  @Test func sectionsThatFollowEachOtherAreOneReading() async throws {
    let counter = Counter()
    let video = SectionedFrames(frames(counter, count: 50))
    let whole = synthetic(count: 50, width: 4, height: 2)
    for start in stride(from: 0, to: 50, by: 8) {
      // Twice, as stages do.
      for _ in 0..<2 {
        let section = try await collected(video.section(start..<start + 8))
        let range = start..<min(start + 8, 50)
        #expect(section.map(\.pixels) == whole[range].map(\.pixels))
        #expect(section.map(\.index) == Array(0..<range.count))
        #expect(section.map(\.time) == range.indices.map { MediaTime(Int64($0 - start), 25) })
      }
    }
    #expect(counter.begun.withLock { $0 } == 2)
    #expect(counter.made.withLock { $0 } == 100)
  }

  @Test func aSectionBeforeTheLastOneIsReadFromTheBeginning() async throws {
    let counter = Counter()
    let video = SectionedFrames(frames(counter, count: 20))
    _ = try await collected(video.section(10..<15))
    let early = try await collected(video.section(2..<4))
    #expect(early.map(\.pixels) == synthetic(count: 4, width: 4, height: 2)[2...].map(\.pixels))
    #expect(counter.begun.withLock { $0 } == 2)
  }

  @Test func aFailureEndsTheVideoAndIsKept() async throws {
    let video = SectionedFrames(frames(Counter(), count: 20, tornAt: 6))
    #expect(try await collected(video.section(0..<4)).count == 4)
    #expect(video.failure == nil)
    #expect(try await collected(video.section(4..<8)).count == 2)
    #expect(video.failure?.frame == 6)
    #expect(video.failure?.error is Torn)
  }
}
