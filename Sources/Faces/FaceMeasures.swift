import Foundation

/// What a face does, measured on its points after its pose has been taken out.
///
/// All are lengths over the distance between the outer corners of the eyes.
public struct FaceMeasures: Sendable, Codable, Equatable {
  /// Between the inner edges of the lips.
  public var mouthOpening: Double
  /// Between the corners of the mouth.
  public var mouthWidth: Double
  /// Between the lids of the head's own left and right eye, over the width of that eye.
  public var leftEyeOpening: Double
  public var rightEyeOpening: Double
  /// Of the middle of the brows above the middle of the eyes, mean of both sides.
  public var browHeight: Double

  /// - Parameters:
  ///   - pose: of the face in `crop`
  ///   - eyes: the left and the right one, if they are to be measured on their own and not on the mesh,
  ///     whose eyes open and close together
  public init(
    _ face: Face, pose: HeadPose, crop: CropFrame,
    eyes: (left: IrisLandmarks.Eye, right: IrisLandmarks.Eye)? = nil
  ) {
    let roll = Rotation(exponential: SIMD3(0, 0, -crop.roll))
    let back = pose.rotation.inverse * roll
    let points = face.points.map { back * $0 }
    func offset(_ a: Int, _ b: Int) -> SIMD3<Double> { points[a] - points[b] }
    func length(_ a: Int, _ b: Int) -> Double {
      (offset(a, b) * offset(a, b)).sum().squareRoot()
    }
    let unit = length(33, 263)
    func brow(_ brow: Int, _ corners: (Int, Int)) -> Double {
      points[brow].y - (points[corners.0].y + points[corners.1].y) / 2
    }
    mouthOpening = face.mouthOpening
    mouthWidth = length(61, 291) / unit
    leftEyeOpening = eyes?.left.opening ?? (length(386, 374) / length(362, 263))
    rightEyeOpening = eyes?.right.opening ?? (length(159, 145) / length(33, 133))
    browHeight = (brow(105, (33, 133)) + brow(334, (362, 263))) / (2 * unit)
  }
}

extension Face {
  /// Between the inner edges of the lips, over the distance between the outer corners of the eyes.
  public var mouthOpening: Double {
    func length(_ a: Int, _ b: Int) -> Double {
      let offset = points[a] - points[b]
      return (offset * offset).sum().squareRoot()
    }
    return length(13, 14) / max(length(33, 263), .leastNormalMagnitude)
  }
}
