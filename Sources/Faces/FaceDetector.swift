import Foundation
import Tensors

/// A box that a detector holds for a face, in pixels of the picture.
public struct FaceDetection: Sendable {
  public let center: SIMD2<Double>
  public let size: SIMD2<Double>
  /// Right eye, left eye, tip of the nose, mouth, right ear, left ear.
  public let points: [SIMD2<Double>]
  /// From 0 to 1.
  public let score: Double

  /// The square that the mesh is sought in: half as large again, the line of the eyes level.
  public var meshFrame: CropFrame {
    let line = points[1] - points[0]
    return CropFrame(center: center, side: 1.5 * size.max(), roll: atan2(line.y, line.x))
  }

  /// The common part of two boxes over all that they cover.
  func overlap(_ other: FaceDetection) -> Double {
    let low = pointwiseMax(center - size / 2, other.center - other.size / 2)
    let high = pointwiseMin(center + size / 2, other.center + other.size / 2)
    let common = pointwiseMax(high - low, .zero)
    let shared = common.x * common.y
    return shared / (size.x * size.y + other.size.x * other.size.y - shared)
  }
}

/// Finds boxes that may hold faces.
public struct FaceDetector: Sendable {
  /// How large faces are in the picture.
  public enum Range: Sendable {
    /// At least about a tenth of the picture.
    case short
    /// Smaller ones as well.
    case full
  }

  private enum Network: Sendable {
    case short(ShortRangeNetwork)
    case full(FullRangeNetwork)
  }

  private let network: Network
  private let size: Int
  private let anchors: [SIMD2<Double>]

  public init(_ range: Range) throws {
    switch range {
    case .short:
      network = .short(try ShortRangeNetwork())
      size = 128
      anchors = Self.grid(16, each: 2) + Self.grid(8, each: 6)
    case .full:
      network = .full(try FullRangeNetwork())
      size = 192
      anchors = Self.grid(48, each: 1)
    }
  }

  /// The centers of a grid's cells, in 0...1.
  private static func grid(_ cells: Int, each: Int) -> [SIMD2<Double>] {
    (0..<cells * cells).flatMap { cell in
      let center = SIMD2(Double(cell % cells) + 0.5, Double(cell / cells) + 0.5) / Double(cells)
      return [SIMD2<Double>](repeating: center, count: each)
    }
  }

  /// The boxes with a score of `threshold` and more, the best first, none much above another.
  public func detections(in image: RGBView, threshold: Double = 0.5) throws -> [FaceDetection] {
    let frame = CropFrame(around: image)
    let output = try withoutGradients {
      let x = try image.cropped(frame, size: size, outside: .black) * 2 - 1
      return switch network {
      case .short(let network): try network(x)
      case .full(let network): try network(x)
      }
    }
    let scores = try output.scores.floats().map { 1 / (1 + exp(-Double(min(max($0, -100), 100)))) }
    let boxes = try output.boxes.floats()
    let found = scores.indices.filter { scores[$0] >= threshold }.map { index in
      let row = boxes[16 * index..<16 * index + 16].map { Double($0) / Double(size) }
      let pairs = stride(from: 0, to: 16, by: 2).map { SIMD2(row[$0], row[$0 + 1]) }
      return FaceDetection(
        center: frame.pixel(pairs[0] + anchors[index]), size: pairs[1] * frame.side,
        points: pairs[2...].map { frame.pixel($0 + anchors[index]) }, score: scores[index])
    }
    return FaceDetection.merged(found)
  }
}

extension FaceDetection {
  /// One box for each group that overlaps by 0.3: the mean, weighted by score.
  static func merged(_ detections: [FaceDetection]) -> [FaceDetection] {
    var rest = detections.sorted { $0.score > $1.score }
    var result: [FaceDetection] = []
    while let best = rest.first {
      let group = rest.filter { $0.overlap(best) > 0.3 }
      rest.removeAll { $0.overlap(best) > 0.3 }
      let total = group.reduce(0) { $0 + $1.score }
      func mean(_ value: (FaceDetection) -> SIMD2<Double>) -> SIMD2<Double> {
        group.reduce(.zero) { $0 + $1.score / total * value($1) }
      }
      result.append(
        FaceDetection(
          center: mean(\.center), size: mean(\.size),
          points: best.points.indices.map { index in mean { $0.points[index] } },
          score: best.score))
    }
    return result
  }
}
