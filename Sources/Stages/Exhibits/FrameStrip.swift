import Media
package import Pipeline
import Synchronization

/// A few small pictures of a video, evenly spread however long it gets, taken as its reader gets the frames.
///
/// Law: of frames 0, 1, 2, … those are held whose number is a multiple of the stride, which is the
/// least power of two that leaves no more than `limit` of them.
package final class FrameStrip: Sendable {
  private struct Held {
    let position: Int
    let picture: Frame
  }

  private struct State {
    var stride = 1
    /// In the order of their positions.
    var held: [Held] = []
    /// Frames of the longest reading.
    var count = 0
    var readings = 0
  }

  /// Pictures that are held at most.
  package static let limit = 32
  /// Pictures that are shown at most.
  package static let shown = 8
  /// Rows of a picture at most.
  private static let height = 96
  /// Pixels of a row at most.
  private static let width = 512

  private let shared = Mutex(State())

  package init() {}

  /// The numbers of the frames that are held.
  package var positions: [Int] { shared.withLock { $0.held.map(\.position) } }
  /// The number of frames of the longest reading.
  package var count: Int { shared.withLock { $0.count } }
  /// How many readings were begun.
  package var readings: Int { shared.withLock { $0.readings } }

  package func begin() { shared.withLock { $0.readings += 1 } }

  /// Takes the frame that is number `position` of its reading.
  package func take(_ frame: Frame, at position: Int) {
    let isWanted = shared.withLock { state in
      state.count = max(state.count, position + 1)
      return position % state.stride == 0 && !state.held.contains { $0.position == position }
    }
    guard isWanted else { return }
    let picture = Self.small(frame)
    shared.withLock { state in
      // Another reading may have been here meanwhile.
      guard position % state.stride == 0, !state.held.contains(where: { $0.position == position })
      else { return }
      let place = state.held.firstIndex { $0.position > position } ?? state.held.endIndex
      state.held.insert(Held(position: position, picture: picture), at: place)
      while state.held.count > Self.limit {
        state.stride *= 2
        state.held.removeAll { $0.position % state.stride != 0 }
      }
    }
  }

  private static func small(_ frame: Frame) -> Frame {
    let factor = min(
      1, Double(height) / Double(frame.height), Double(width) / Double(frame.width))
    return frame.reduced(
      width: max(1, Int(Double(frame.width) * factor)),
      height: max(1, Int(Double(frame.height) * factor)))
  }

  /// As many of the pictures as are shown, as far from each other as the next ones.
  package func strip() throws -> Exhibit.Strip {
    let held = shared.withLock { $0.held }
    let step = max(1, (held.count + Self.shown - 1) / Self.shown)
    let chosen = stride(from: 0, to: held.count, by: step).map { held[$0] }
    return Exhibit.Strip(
      try chosen.map { one in
        let seconds = (100 * one.picture.time.seconds).rounded() / 100
        return Exhibit.Picture(
          jpeg: try ImageFile.jpeg(one.picture, quality: 4), width: one.picture.width,
          height: one.picture.height, caption: "\(one.position) · \(seconds) s")
      })
  }
}
