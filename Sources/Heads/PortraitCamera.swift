import Foundation

/// A pinhole camera on a sphere around the head, in PV3D's world.
///
/// It stands at `target + radius (sin yaw cos pitch, sin pitch, cos yaw cos pitch)` with
/// `target = pivot + offset`, looks at `target`, and has its principal point in the middle. Axes
/// are x right, y down, z forward. Positive yaw moves the camera to the head's own left, positive
/// roll turns the picture counter-clockwise.
public struct PortraitCamera: Codable, Sendable, Equatable {
  /// The point around which cameras move, in world units.
  public static let pivot = SIMD3<Double>(0, 0, 0.2)
  /// World units in one meter.
  public static let scale: Float = 2.6
  /// Where the midpoint between the eyes lies, in world units.
  public static let eyes = SIMD3<Float>(0, 0.086, 0.166)

  /// Radians.
  public var yaw: Double
  /// Radians.
  public var pitch: Double
  /// Radians.
  public var roll: Double
  /// How far the point that is looked at lies from the pivot, in world units.
  public var offset: SIMD3<Double>
  /// World units.
  public var radius: Double
  /// Focal length as a multiple of the width of the picture.
  public var focal: Double

  public init(
    yaw: Double = 0, pitch: Double = 0, roll: Double = 0, offset: SIMD3<Double> = .zero,
    radius: Double = 2.7, focal: Double = 4.2647
  ) {
    self.yaw = yaw
    self.pitch = pitch
    self.roll = roll
    self.offset = offset
    self.radius = radius
    self.focal = focal
  }

  /// The camera that a label describes; the point looked at is the one nearest to the pivot.
  ///
  /// - Parameter label: 16 numbers camera-to-world and 9 intrinsics, both row-major
  public init(label: [Float]) {
    precondition(label.count == 25, "'label' must hold 25 numbers")
    let value = label.map { Double($0) }
    let right = SIMD3(value[0], value[4], value[8])
    let forward = SIMD3(value[2], value[6], value[10])
    let position = SIMD3(value[3], value[7], value[11])
    let radius = ((Self.pivot - position) * forward).sum()
    self.init(
      yaw: atan2(-forward.x, -forward.z), pitch: asin(min(max(-forward.y, -1), 1)),
      offset: position + radius * forward - Self.pivot, radius: radius, focal: value[16])
    let level = axes
    roll = atan2((right * level.down).sum(), (right * level.right).sum())
  }

  /// Where the camera stands, in world units.
  public var position: SIMD3<Double> { Self.pivot + offset - radius * axes.forward }

  /// The axes of the camera in the world, each of length 1.
  public var axes: (right: SIMD3<Double>, down: SIMD3<Double>, forward: SIMD3<Double>) {
    let forward = -SIMD3(sin(yaw) * cos(pitch), sin(pitch), cos(yaw) * cos(pitch))
    let right = SIMD3(cos(yaw), 0, -sin(yaw))
    let down = SIMD3(
      forward.y * right.z - forward.z * right.y, forward.z * right.x - forward.x * right.z,
      forward.x * right.y - forward.y * right.x)
    return (
      cos(roll) * right + sin(roll) * down, cos(roll) * down - sin(roll) * right, forward
    )
  }

  /// PV3D's label: camera-to-world `[4, 4]`, then intrinsics `[3, 3]` in widths, row-major.
  public var label: [Float] {
    let (right, down, forward) = axes
    let position = position
    let rows = (0..<3).flatMap { [right[$0], down[$0], forward[$0], position[$0]] }
    return (rows + [0, 0, 0, 1, focal, 0, 0.5, 0, focal, 0.5, 0, 0, 1]).map { Float($0) }
  }

  /// Where a point of the world falls in the picture: x right and y down, both 0...1 inside.
  public func projected(_ point: SIMD3<Float>) -> SIMD2<Float> {
    let (right, down, forward) = axes
    let ray = SIMD3<Double>(point) - position
    let depth = (ray * forward).sum()
    return SIMD2(
      Float(focal * (ray * right).sum() / depth + 0.5),
      Float(focal * (ray * down).sum() / depth + 0.5))
  }

  /// The direction of length 1, in the world, of the ray through a place in the picture.
  public func ray(_ x: Float, _ y: Float) -> SIMD3<Float> {
    let (right, down, forward) = axes
    let ray = (Double(x) - 0.5) / focal * right + (Double(y) - 0.5) / focal * down + forward
    return SIMD3<Float>(ray / (ray * ray).sum().squareRoot())
  }

  /// A point of the head, in meters from the midpoint between the eyes, in the world.
  public static func world(_ meters: SIMD3<Float>) -> SIMD3<Float> { scale * meters + eyes }
}
