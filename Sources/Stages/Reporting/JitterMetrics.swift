public import Media

/// How restless a video is whose scene should hold still, from each frame to the next.
public struct JitterMetrics: Sendable, Equatable {
  /// The mean distance that a landmark of the face moves, in pixels; nil where no two neighbors have faces.
  public let landmarks: Double?
  /// The mean absolute difference of a color, 0...255; nil of fewer than two frames.
  public let pixels: Double?

  /// - Parameters:
  ///   - frames: of one size
  ///   - points: the landmarks of each frame, as many in all; nil where no face was found
  public init(_ frames: [RGBFrame], points: [[SIMD2<Double>]?]) {
    precondition(frames.count == points.count, "each frame needs its landmarks or nil")
    let changes = zip(frames, frames.dropFirst()).map { a, b in
      SeriesMetrics.mean(zip(a.pixels, b.pixels).map { abs(Double($0) - Double($1)) })
    }
    pixels = changes.isEmpty ? nil : SeriesMetrics.mean(changes)
    let moves = zip(points, points.dropFirst()).compactMap { a, b -> Double? in
      guard let a, let b, !a.isEmpty, a.count == b.count else { return nil }
      return SeriesMetrics.mean(
        zip(a, b).map { a, b in ((a - b) * (a - b)).sum().squareRoot() })
    }
    landmarks = moves.isEmpty ? nil : SeriesMetrics.mean(moves)
  }
}
