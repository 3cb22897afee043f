import Foundation

/// A square in a picture: where a crop is taken, and where its results are put back.
///
/// A similarity transform between the picture's pixels, whose centers lie at halves, and the crop, which
/// reaches from 0 to 1 in both directions.
public struct CropFrame: Sendable, Codable, Equatable {
  /// In pixels of the picture.
  public var centerX: Double
  public var centerY: Double
  /// In pixels of the picture.
  public var side: Double
  /// The direction of the crop's rows in the picture, in radians, clockwise.
  public var roll: Double

  public init(center: SIMD2<Double>, side: Double, roll: Double = 0) {
    centerX = center.x
    centerY = center.y
    self.side = side
    self.roll = roll
  }

  /// The smallest upright square with the same center as a picture that holds all of it.
  public init(around image: RGBView) {
    self.init(
      center: SIMD2(Double(image.width) / 2, Double(image.height) / 2),
      side: Double(max(image.width, image.height)))
  }

  public var center: SIMD2<Double> { SIMD2(centerX, centerY) }

  /// One step of the crop's unit to the right, in pixels of the picture.
  private var right: SIMD2<Double> { side * SIMD2(cos(roll), sin(roll)) }

  /// The place in the picture of a place in the crop.
  public func pixel(_ place: SIMD2<Double>) -> SIMD2<Double> {
    let right = right
    let (x, y) = (place.x - 0.5, place.y - 0.5)
    return center + x * right + y * SIMD2(-right.y, right.x)
  }

  /// The place in the crop of a place in the picture.
  public func place(_ pixel: SIMD2<Double>) -> SIMD2<Double> {
    let right = right
    let offset = (pixel - center) / (side * side)
    return SIMD2(
      (offset * right).sum() + 0.5, offset.y * right.x - offset.x * right.y + 0.5)
  }

  /// The same for a point with depth, which is measured in pixels as well.
  func pixel(_ place: SIMD3<Double>) -> SIMD3<Double> {
    let flat = pixel(SIMD2(place.x, place.y))
    return SIMD3(flat.x, flat.y, place.z * side)
  }

  /// This square, moved towards another until it is off by no more than the slack in each of place, size and roll.
  ///
  /// - Parameter slack: in sides of the other square, as a part of its size, and in radians
  package func approaching(_ other: CropFrame, slack: Double) -> CropFrame {
    /// How far to go for all but the slack.
    func part(_ distance: Double) -> Double { distance > slack ? 1 - slack / distance : 0 }
    let shift = other.center - center
    let growth = log(other.side / side)
    let turn = remainder(other.roll - roll, 2 * .pi)
    return CropFrame(
      center: center + shift * part((shift * shift).sum().squareRoot() / other.side),
      side: side * exp(growth * part(abs(growth))), roll: roll + turn * part(abs(turn)))
  }
}
