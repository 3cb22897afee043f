import Foundation

/// A crop in the framing of PV3D's data, and the camera that sees the head so.
public struct FramedHead: Sendable {
  public let crop: CropFrame
  public let pose: HeadPose
  /// The root mean square distance of the face's points from the canonical ones, in widths of the crop.
  public let residual: Double
}

/// Frames a face as PV3D's data does, whatever its pose.
///
/// The crop is the one whose camera looks at the pivot from the radius of 2.7: the projection of the pivot is
/// its middle, its side follows from the distance. A frontal face then has its eyes at 0.37 of the height, its
/// mouth at 0.65. Its rows are level with the head's own horizontal plane, so that the pose has no roll, unless
/// the crop is to stay upright. Crop and pose depend on each other and are found by turns.
public struct HeadFraming: Sendable {
  /// How the crop is turned in the picture.
  public enum Leveling: Sendable {
    /// With the head, whose roll is thus taken out.
    case head
    /// Not at all.
    case picture
  }

  public let solver: PoseSolver
  public let leveling: Leveling

  public init(_ solver: PoseSolver, leveling: Leveling = .head) {
    self.solver = solver
    self.leveling = leveling
  }

  public init(leveling: Leveling = .head) throws {
    self.init(PoseSolver(try CanonicalFace()), leveling: leveling)
  }

  /// The crop for one face, in which its camera has its distance and direction.
  public func framed(_ face: Face) -> FramedHead {
    var crop = face.meshFrame
    if leveling == .picture { crop.roll = 0 }
    var (pose, residual) = solver.pose(of: face, in: crop)
    for _ in 0..<12 {
      let center = crop.pixel(pose.projected(HeadPose.pivotPoint))
      let ratio = HeadPose.radius / pose.pivot.z
      let turn = leveling == .head ? pose.roll : 0
      let shift = center - crop.center
      let change = (shift * shift).sum().squareRoot() / crop.side + abs(ratio - 1) + abs(turn)
      crop = CropFrame(center: center, side: crop.side * ratio, roll: crop.roll - turn)
      (pose, residual) = solver.pose(of: face, in: crop, from: pose)
      if change < 1e-7 { break }
    }
    return FramedHead(crop: crop, pose: pose, residual: residual)
  }

  /// The camera for a face in a crop that is given, as after smoothing.
  public func posed(_ face: Face, in crop: CropFrame) -> FramedHead {
    let (pose, residual) = solver.pose(of: face, in: crop)
    return FramedHead(crop: crop, pose: pose, residual: residual)
  }
}
