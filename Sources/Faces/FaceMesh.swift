import Foundation
import Tensors

/// A face in a picture: 468 points on its surface.
public struct Face: Sendable {
  /// x, y in pixels of the picture; z, growing away from the camera, on the same scale.
  public let points: [SIMD3<Double>]
  /// How sure it is that this is a face, 0...1.
  public let confidence: Double
  /// The square in which it was sought; nil where that is not known.
  let sought: CropFrame?

  public init(points: [SIMD3<Double>], confidence: Double) {
    self.init(points: points, confidence: confidence, sought: nil)
  }

  init(points: [SIMD3<Double>], confidence: Double, sought: CropFrame?) {
    self.points = points
    self.confidence = confidence
    self.sought = sought
  }

  /// The place of a point in the picture.
  public func pixel(_ index: Int) -> SIMD2<Double> { SIMD2(points[index].x, points[index].y) }

  public var center: SIMD2<Double> {
    let sum = points.reduce(SIMD3.zero, +) / Double(points.count)
    return SIMD2(sum.x, sum.y)
  }

  /// The square in which the same face is sought in the next picture.
  public var meshFrame: CropFrame {
    let line = pixel(263) - pixel(33)
    let upright = CropFrame(center: center, side: 1, roll: atan2(line.y, line.x))
    let places = points.map { upright.place(SIMD2($0.x, $0.y)) }
    let low = places.reduce(places[0]) { pointwiseMin($0, $1) }
    let high = places.reduce(places[0]) { pointwiseMax($0, $1) }
    return CropFrame(
      center: upright.pixel((low + high) / 2), side: 1.5 * (high - low).max(), roll: upright.roll)
  }

  /// The square in which it is sought when it is followed: the one where it was found, moved by as much as its own is
  /// off by more than the slack.
  ///
  /// The network places its points a little differently in each square. Were it always sought in its own, a face that
  /// holds still would wander, by a quarter of a percent of its size and without end in one of five pictures.
  var followingFrame: CropFrame {
    guard let sought else { return meshFrame }
    return sought.approaching(meshFrame, slack: 0.02)
  }

  /// The longer side of the box around the points.
  public var size: Double { meshFrame.side / 1.5 }
}

/// Places 468 points on the face in a crop, and tells whether there is one.
/// - Source: Kartynnik et al. 2019
public struct FaceMesh: Sendable {
  private static let size = 192
  private let network: FaceMeshNetwork

  public init() throws { network = try FaceMeshNetwork() }

  /// The face that is expected at `frame`, however unlikely it is one.
  public func face(in image: RGBView, at frame: CropFrame) throws -> Face {
    let (points, flag) = try withoutGradients {
      try network(image.cropped(frame, size: Self.size, outside: .black).channelsLast())
    }
    let values = try points.floats().map { Double($0) / Double(Self.size) }
    let places = (0..<468).map {
      frame.pixel(SIMD3(values[3 * $0], values[3 * $0 + 1], values[3 * $0 + 2]))
    }
    return Face(
      points: places, confidence: 1 / (1 + exp(-Double(try flag.item()))), sought: frame)
  }
}
