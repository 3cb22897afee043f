import Foundation
import Tensors

/// Where the identity network wants the eyes and the nose: a chip of 150×150 pixels.
///
/// The similarity that takes five points of the face to their mean places, with a quarter of the face's size
/// around it; the crop is differentiable with respect to the picture.
/// - Source: dlib's get_face_chip_details for five landmarks, padding 0.25
public struct FaceChip: Sendable, Equatable {
  public static let size = 150
  /// Landmarks: outer and inner corner of the left eye, of the right eye, base of the nose.
  private static let landmarks = [263, 362, 33, 133, 2]
  private static let places = [
    SIMD2(0.8595674595992, 0.2134981538014), SIMD2(0.6460604764104, 0.2289674387677),
    SIMD2(0.1205750620789, 0.2137274526848), SIMD2(0.3340850613712, 0.2290642403242),
    SIMD2(0.4901123135679, 0.6277975316475),
  ].map { ($0 + 0.25) / 1.5 }

  /// Where the chip lies in the picture.
  public let frame: CropFrame

  public init(_ face: Face) { self.init(points: Self.landmarks.map { face.pixel($0) }) }

  /// - Parameter points: outer and inner corner of the left eye, of the right eye, base of the nose
  public init(points: [SIMD2<Double>]) {
    let count = Double(points.count)
    let from = Self.places.reduce(.zero, +) / count
    let to = points.reduce(.zero, +) / count
    var (along, across, total) = (0.0, 0.0, 0.0)
    for (place, point) in zip(Self.places, points) {
      let (a, b) = (place - from, point - to)
      along += (a * b).sum()
      across += a.x * b.y - a.y * b.x
      total += (a * a).sum()
    }
    let bare = CropFrame(
      center: .zero, side: (along * along + across * across).squareRoot() / total,
      roll: atan2(across, along))
    frame = CropFrame(center: to - bare.pixel(from), side: bare.side, roll: bare.roll)
  }

  /// The chip cut out of pictures of one size.
  /// - Parameter images: `[batch, 3, height, width]`, in any range
  /// - Returns: `[batch, 3, 150, 150]`
  public func cropped(_ images: Tensor) throws -> Tensor {
    try frame.cropped(images, side: Self.size)
  }
}
