import Media
import Synchronization

/// A video that is read in sections, most of which follow one another.
///
/// A reading that has come to the end of its section is kept, and goes on where a later section begins: all sections
/// together are decoded once, however long the video is. Frames get even times, counted from 0 in each section.
package final class SectionedFrames: Sendable {
  /// Where a video could not be read any further.
  package struct Failure: Sendable {
    package let frame: Int
    package let error: any Error
  }

  private final class Cursor: @unchecked Sendable {
    // Unchecked: used by one reading at a time; between two it lies in `idle`.
    private var iterator: Frames.Iterator
    private(set) var position = 0

    init(_ frames: Frames) { iterator = frames.makeAsyncIterator() }

    func next() async throws -> Frame? {
      guard let frame = try await iterator.next() else { return nil }
      position += 1
      return frame
    }
  }

  package let frames: Frames
  private let idle = Mutex<[Cursor]>([])
  private let broken = Mutex<Failure?>(nil)

  package init(_ frames: Frames) { self.frames = frames }

  /// Why the last reading ended before the video did; to its reader that is the video's end.
  package var failure: Failure? { broken.withLock { $0 } }

  /// The frames of `range`, or those of them that there are.
  package func section(_ range: Range<Int>) -> Frames {
    let rate = frames.info.rate
    let info = Frames.Info(
      width: frames.info.width, height: frames.info.height, rate: rate,
      estimatedCount: range.count)
    return Frames(info) { [self] in
      let cursor = cursor(at: range.lowerBound)
      var given = 0
      return { [self] in
        while cursor.position < range.lowerBound {
          try Task.checkCancellation()
          guard try await next(cursor) != nil else { return nil }
        }
        guard given < range.count, var frame = try await next(cursor) else { return nil }
        frame.index = given
        frame.time = MediaTime(ticks: Int64(given), of: rate.inverse)
        frame.duration = MediaTime(ticks: 1, of: rate.inverse)
        given += 1
        if given == range.count { idle.withLock { $0.append(cursor) } }
        return frame
      }
    }
  }

  /// The kept reading that is nearest before `place`, or a new one.
  private func cursor(at place: Int) -> Cursor {
    let kept = idle.withLock { idle -> Cursor? in
      let before = idle.indices.filter { idle[$0].position <= place }
      return before.max { idle[$0].position < idle[$1].position }.map { idle.remove(at: $0) }
    }
    return kept ?? Cursor(frames)
  }

  private func next(_ cursor: Cursor) async throws -> Frame? {
    do {
      return try await cursor.next()
    } catch is CancellationError {
      throw CancellationError()
    } catch {
      broken.withLock { $0 = Failure(frame: cursor.position, error: error) }
      return nil
    }
  }
}
