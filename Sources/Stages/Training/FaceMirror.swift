import Faces
import Foundation
import Heads

/// Faces as a mirror shows them: left and right change places.
public struct FaceMirror: Sendable {
  /// The landmark on the other side.
  private let partners: [Int]

  /// - Parameter face: whose points find their partners
  public init(_ face: CanonicalFace) {
    partners = face.points.map { point in
      let image = SIMD3(-point.x, point.y, point.z)
      func gap(_ index: Int) -> Double {
        let offset = face.points[index] - image
        return (offset * offset).sum()
      }
      return face.points.indices.min { gap($0) < gap($1) } ?? 0
    }
  }

  /// The mirror image of a sample, about the picture's left edge.
  public func mirrored(_ sample: MotionSamples.Sample) -> MotionSamples.Sample {
    let face = sample.landmarks.face
    let points = partners.map { face.points[$0] * SIMD3(-1, 1, 1) }
    let landmarks = FaceLandmarks(
      face: Face(points: points, confidence: face.confidence),
      left: mirrored(sample.landmarks.right), right: mirrored(sample.landmarks.left))
    return MotionSamples.Sample(
      landmarks: landmarks, units: MotionUnit.mirrored(sample.units), person: sample.person)
  }

  private func mirrored(_ eye: Eye) -> Eye {
    Eye(contour: eye.contour.map { $0 * SIMD2(-1, 1) }, iris: eye.iris * SIMD2(-1, 1))
  }
}
