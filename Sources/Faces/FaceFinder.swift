import Foundation
import Tensors

/// Which of several faces is meant.
public enum FaceSelection: Sendable, Equatable {
  case largest
  /// Counted from the left, beginning with 0.
  case index(Int)
  /// The one whose center is nearest to a place, in pixels of the picture.
  case nearest(x: Double, y: Double)

  /// - Parameter faces: from left to right
  public func choice(of faces: [Face]) -> Face? {
    switch self {
    case .largest: return faces.max { $0.size < $1.size }
    case .index(let index): return faces.indices.contains(index) ? faces[index] : nil
    case .nearest(let x, let y):
      func distance(_ face: Face) -> Double {
        let offset = face.center - SIMD2(x, y)
        return (offset * offset).sum()
      }
      return faces.min { distance($0) < distance($1) }
    }
  }
}

/// Finds faces in pictures and follows one through a video.
///
/// Both detectors propose boxes; a box is a face only if the mesh network says so twice, the second time in
/// the square that the first mesh asks for. A new face must be beyond doubt, for the network likes the faces
/// of monkeys as well; one that is followed may become doubtful, as in the blur of a quick turn.
public struct FaceFinder: Sendable {
  private let detectors: [FaceDetector]
  private let mesh: FaceMesh
  /// The confidence with which a face is followed.
  public static let threshold = 0.5
  /// The confidence with which a new face is accepted, a logit of 12.5.
  ///
  /// People, painted ones and blurred ones of 28 pixels as well, were measured at 13 and above, a capuchin at
  /// 12 and below.
  public static let recognition = 1 / (1 + exp(-12.5))
  private let recognition: Double

  /// - Parameter recognition: the confidence with which a new face is accepted
  public init(recognition: Double = FaceFinder.recognition) throws {
    self.recognition = recognition
    detectors = [try FaceDetector(.short), try FaceDetector(.full)]
    mesh = try FaceMesh()
  }

  /// All faces of a picture from left to right, at most `limit`.
  public func faces(in image: RGBView, limit: Int = 8) throws -> [Face] {
    let proposals = try detectors.flatMap { try $0.detections(in: image) }
    var faces: [Face] = []
    for detection in FaceDetection.merged(proposals).prefix(limit) {
      let first = try mesh.face(in: image, at: detection.meshFrame)
      guard first.confidence >= Self.threshold else { continue }
      let face = try mesh.face(in: image, at: first.meshFrame)
      guard face.confidence >= max(recognition, Self.threshold),
        !faces.contains(where: { $0.isNear(face) })
      else { continue }
      faces.append(face)
    }
    return faces.sorted { $0.center.x < $1.center.x }
  }

  /// The same face in the next picture, if it is still there.
  public func followed(_ face: Face, in image: RGBView) throws -> Face? {
    let next = try mesh.face(in: image, at: face.followingFrame)
    return next.confidence >= Self.threshold ? next : nil
  }

  /// The face of one picture of a video: followed from the picture before, or else found anew.
  /// - Parameter previous: the last face that was found, if any; one that was lost is sought near its place
  public func face(
    in image: RGBView, after previous: Face?, selection: FaceSelection = .largest
  ) throws -> Face? {
    guard let previous else { return selection.choice(of: try faces(in: image)) }
    if let face = try followed(previous, in: image) { return face }
    let place = FaceSelection.nearest(x: previous.center.x, y: previous.center.y)
    return place.choice(of: try faces(in: image))
  }
}

extension Face {
  /// Whether the two are found at one place.
  fileprivate func isNear(_ other: Face) -> Bool {
    let offset = center - other.center
    return (offset * offset).sum().squareRoot() < 0.3 * min(size, other.size)
  }
}
