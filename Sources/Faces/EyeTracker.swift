import Foundation
import Tensors

/// One eye as the iris network sees it.
public struct Eye: Sendable, Equatable {
  /// 16 points around the opening, in pixels of the picture.
  ///
  /// The outer corner, 7 of the lower lid toward the nose, the inner corner, 7 of the upper lid from the
  /// outer corner inward.
  public let contour: [SIMD2<Double>]
  /// The center of the iris, in pixels of the picture.
  public let iris: SIMD2<Double>

  public init(contour: [SIMD2<Double>], iris: SIMD2<Double>) {
    self.contour = contour
    self.iris = iris
  }
}

/// All that is known of a face in one picture: its surface, and both eyes where they were looked at.
public struct FaceLandmarks: Sendable {
  public let face: Face
  /// The head's own left eye.
  public let left: Eye
  /// The head's own right eye.
  public let right: Eye

  public init(face: Face, left: Eye, right: Eye) {
    self.face = face
    self.left = left
    self.right = right
  }
}

/// Looks at both eyes of a face that was found.
///
/// An eye is cropped level with the line between its corners, 2.3 times as wide as that line is long.
/// - Source: Ablavatski et al. 2020; MediaPipe's iris_landmark_left_and_right
public struct EyeTracker: Sendable {
  private static let size = 64
  private let network: IrisLandmarks

  public init() throws { network = try IrisLandmarks() }

  /// The landmarks of a face together with those of its eyes.
  public func landmarks(of face: Face, in image: RGBView) throws -> FaceLandmarks {
    let right = Self.frame(from: face.pixel(33), to: face.pixel(133))
    let left = Self.frame(from: face.pixel(362), to: face.pixel(263))
    let (contour, iris) = try withoutGradients {
      let crops = [
        try image.cropped(right, size: Self.size),
        try image.cropped(left, size: Self.size).flipped(3),
      ]
      return try network(Tensor.concatenated(crops, 0))
    }
    let (contours, irises) = (try contour.floats(), try iris.floats())
    func eye(_ index: Int, _ frame: CropFrame) -> Eye {
      func place(_ values: [Float], _ start: Int) -> SIMD2<Double> {
        let x = Double(values[start]) / Double(Self.size)
        let y = Double(values[start + 1]) / Double(Self.size)
        return frame.pixel(SIMD2(index == 1 ? 1 - x : x, y))
      }
      return Eye(
        contour: (0..<16).map { place(contours, (71 * index + $0) * 3) },
        iris: place(irises, 15 * index))
    }
    return FaceLandmarks(face: face, left: eye(1, left), right: eye(0, right))
  }

  private static func frame(from a: SIMD2<Double>, to b: SIMD2<Double>) -> CropFrame {
    let line = b - a
    return CropFrame(
      center: (a + b) / 2, side: 2.3 * (line * line).sum().squareRoot(),
      roll: atan2(line.y, line.x))
  }
}
