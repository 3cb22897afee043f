import Foundation

/// From where a head is seen: the camera that orbits a head which is fixed in PV3D's world.
///
/// Axes of the camera are x right, y down, z forward; the canonical camera stands at (0, 0, 2.9) and looks
/// at the pivot (0, 0, 0.2). Lengths are world units, angles radians.
public struct HeadPose: Sendable, Codable, Equatable {
  /// The point that cameras look at and turn around.
  public static let pivotPoint = SIMD3<Double>(0, 0, 0.2)
  /// The distance of PV3D's cameras from the pivot.
  public static let radius = 2.7
  /// The focal length of PV3D's cameras, in widths of the picture.
  public static let focal = 4.2647

  /// Positive where the camera stands on the head's own left.
  public var yaw: Double
  /// Positive where the camera stands above.
  public var pitch: Double
  /// Positive where the picture of the head turns counter-clockwise.
  public var roll: Double
  /// Where the camera sees the pivot, in the camera's axes.
  public var pivot: SIMD3<Double>

  public init(
    yaw: Double = 0, pitch: Double = 0, roll: Double = 0,
    pivot: SIMD3<Double> = SIMD3(0, 0, HeadPose.radius)
  ) {
    self.yaw = yaw
    self.pitch = pitch
    self.roll = roll
    self.pivot = pivot
  }

  /// - Parameter rotation: from the world's axes to the camera's
  init(_ rotation: Rotation, pivot: SIMD3<Double>) {
    let forward = rotation.rows[2]
    self.init(
      yaw: atan2(-forward.x, -forward.z), pitch: asin(min(max(-forward.y, -1), 1)), pivot: pivot)
    let level = self.rotation
    roll = atan2(
      (rotation.rows[0] * level.rows[1]).sum(), (rotation.rows[0] * level.rows[0]).sum())
  }

  /// From the world's axes to the camera's.
  public var rotation: Rotation {
    let forward = -SIMD3(sin(yaw) * cos(pitch), sin(pitch), cos(yaw) * cos(pitch))
    let right = SIMD3(cos(yaw), 0, -sin(yaw))
    let down = cross(forward, right)
    return Rotation(
      cos(roll) * right + sin(roll) * down, cos(roll) * down - sin(roll) * right, forward)
  }

  /// Where the camera stands in the world.
  public var position: SIMD3<Double> { Self.pivotPoint - rotation.inverse * pivot }

  /// A point of the world in the camera's axes.
  public func seen(_ point: SIMD3<Double>) -> SIMD3<Double> {
    rotation * (point - Self.pivotPoint) + pivot
  }

  /// Where a point of the world falls in the picture, 0...1 inside.
  public func projected(_ point: SIMD3<Double>) -> SIMD2<Double> {
    let seen = seen(point)
    return SIMD2(seen.x, seen.y) / seen.z * Self.focal + 0.5
  }

  /// PV3D's 25 numbers: camera-to-world `[4, 4]`, then normalized intrinsics `[3, 3]`, row-major.
  public var label: [Float] {
    let axes = rotation.inverse.rows
    let position = position
    let extrinsics = (0..<3).flatMap { [axes[$0].x, axes[$0].y, axes[$0].z, position[$0]] }
    let intrinsics = [Self.focal, 0, 0.5, 0, Self.focal, 0.5, 0, 0, 1]
    return (extrinsics + [0, 0, 0, 1] + intrinsics).map { Float($0) }
  }
}
