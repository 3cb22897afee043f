import Foundation
import Media

extension FuzzTarget {
  /// Pixels of one input that are decoded at most, so that many large frames do not take minutes.
  private static let mostPixels = 1 << 22

  static func video(_ data: Data) throws {
    try MemoryFile(data) { path in
      try refusing(as: MediaError.self) {
        let reader = try VideoReader(path: path)
        guard reader.width > 0, reader.height > 0 else {
          throw Violation(description: "is \(reader.width) × \(reader.height) large")
        }
        _ = reader.duration?.seconds
        var last: MediaTime?
        var pixels = 0
        while pixels < mostPixels, let frame = try reader.next() {
          pixels += frame.width * frame.height
          guard frame.pixels.count == 3 * reader.width * reader.height else {
            throw Violation(description: "has a frame of \(frame.pixels.count) bytes")
          }
          if let last, last >= frame.time {
            throw Violation(description: "frame \(frame.index) comes at \(frame.time), as \(last)")
          }
          last = frame.time
        }
      }
    }
  }
}
