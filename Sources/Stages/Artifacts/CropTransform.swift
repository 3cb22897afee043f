import Foundation
public import Media

/// A turned square in a picture: where a crop was taken, and where it is to be put back.
///
/// The crop's pixel (u, v), counted from its top left corner, lies in the picture at
/// `center + side · R(roll) · (u / size - 1/2, v / size - 1/2)`.
public struct CropTransform: Codable, Hashable, Sendable {
  /// The middle of the square in the picture, in pixels from its top left corner.
  public var centerX: Double
  public var centerY: Double
  /// Pixels of the picture along one side of the square.
  public var side: Double
  /// Radians by which the square is turned clockwise in the picture.
  public var roll: Double

  public init(centerX: Double, centerY: Double, side: Double, roll: Double) {
    self.centerX = centerX
    self.centerY = centerY
    self.side = side
    self.roll = roll
  }

  /// The place in the picture of a place in the crop, both in pixels.
  public func source(_ point: SIMD2<Double>, size: Int) -> SIMD2<Double> {
    let x = (point.x / Double(size) - 0.5) * side
    let y = (point.y / Double(size) - 0.5) * side
    return SIMD2(
      centerX + x * cos(roll) - y * sin(roll), centerY + x * sin(roll) + y * cos(roll))
  }

  /// The place in the crop of a place in the picture, both in pixels.
  public func crop(_ point: SIMD2<Double>, size: Int) -> SIMD2<Double> {
    let (x, y) = (point.x - centerX, point.y - centerY)
    let (u, v) = (x * cos(roll) + y * sin(roll), y * cos(roll) - x * sin(roll))
    return SIMD2((u / side + 0.5) * Double(size), (v / side + 0.5) * Double(size))
  }
}
