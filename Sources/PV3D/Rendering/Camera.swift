import Foundation
import Tensors

/// A pinhole camera as PV3D labels it: camera-to-world, then intrinsics relative to the image's side.
///
/// Camera axes: x right, y down, z forward. World: the head's left is +x, up is +y, +z out of the face.
/// - Source: PV3D-SPEC sections 7 and 8
public struct Camera: Sendable, Codable, Hashable {
  /// 16 numbers of the camera-to-world matrix in rows, then 9 of the intrinsics.
  public var label: [Float]

  public init(label: [Float]) { self.label = label }

  /// The focal length of all PV3D data, as a part of the image's side.
  public static let focalLength: Float = 4.2647
  /// The point that cameras look at.
  public static let pivot = SIMD3<Float>(0, 0, 0.2)
  /// The distance of cameras from the pivot.
  public static let radius: Float = 2.7
  /// Straight in front of the face.
  public static let canonical = Camera(yaw: 0, pitch: 0)

  /// A camera on a sphere around `pivot`, looking at it.
  /// - Parameters:
  ///   - yaw: radians, positive where the camera sees the head's left side
  ///   - pitch: radians, positive above
  ///   - roll: radians about the viewing axis
  public init(
    yaw: Float, pitch: Float, roll: Float = 0, radius: Float = radius,
    pivot: SIMD3<Float> = pivot
  ) {
    let away = SIMD3<Float>(sin(yaw) * cos(pitch), sin(pitch), cos(yaw) * cos(pitch))
    let position = pivot + radius * away
    let forward = -away
    // Right of the image, seen from the camera, with the world's up above.
    let level = SIMD3<Float>(cos(yaw), 0, -sin(yaw))
    let down = SIMD3<Float>(
      forward.y * level.z - forward.z * level.y, forward.z * level.x - forward.x * level.z,
      forward.x * level.y - forward.y * level.x)
    let right = level * cos(roll) + down * sin(roll)
    let lower = down * cos(roll) - level * sin(roll)
    label = [
      right.x, lower.x, forward.x, position.x, right.y, lower.y, forward.y, position.y,
      right.z, lower.z, forward.z, position.z, 0, 0, 0, 1,
      Self.focalLength, 0, 0.5, 0, Self.focalLength, 0.5, 0, 0, 1,
    ]
  }

  /// A camera placed by PV3D's own two numbers.
  /// - Parameters:
  ///   - h: radians around the vertical, π/2 in front and more to the head's left
  ///   - v: from 0 above to π below; not an angle: the angle from above is `arccos(1 - 2v/π)`
  ///   - target: the point looked at; the camera is on a sphere around the origin
  /// - Source: PV3D-SPEC section 7
  public static func lookAt(
    h: Double, v: Double, target: SIMD3<Double>, radius: Double
  ) -> Camera {
    func cross(_ a: SIMD3<Double>, _ b: SIMD3<Double>) -> SIMD3<Double> {
      SIMD3(a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x)
    }
    func normalized(_ a: SIMD3<Double>) -> SIMD3<Double> { a / (a * a).sum().squareRoot() }
    let polar = acos(1 - 2 * min(max(v, 1e-5), .pi - 1e-5) / .pi)
    let position =
      radius * SIMD3(sin(polar) * cos(.pi - h), cos(polar), sin(polar) * sin(.pi - h))
    let forward = normalized(target - position)
    let right = -normalized(cross(SIMD3(0, 1, 0), forward))
    let down = normalized(cross(forward, right))
    var camera = canonical
    for row in 0..<3 {
      let entries = [right[row], down[row], forward[row], position[row]]
      camera.label.replaceSubrange(row * 4..<row * 4 + 4, with: entries.map { Float($0) })
    }
    return camera
  }

  /// The camera that sees the mirror image of what this one sees, left and right exchanged.
  public var mirrored: Camera {
    var camera = self
    for index in [1, 2, 3, 4, 8] { camera.label[index].negate() }
    return camera
  }

  /// The camera moved around the pivot.
  /// - Parameters:
  ///   - yaw: radians about the world's vertical axis, to the head's left
  ///   - pitch: radians upward, about the camera's horizontal axis
  public func orbited(yaw: Float, pitch: Float = 0) -> Camera {
    var moved = self
    func turn(_ x: SIMD3<Float>, about axis: SIMD3<Float>, by angle: Float) -> SIMD3<Float> {
      let cross = SIMD3(
        axis.y * x.z - axis.z * x.y, axis.z * x.x - axis.x * x.z, axis.x * x.y - axis.y * x.x)
      return x * cos(angle) + cross * sin(angle) + axis * ((axis * x).sum() * (1 - cos(angle)))
    }
    func column(_ index: Int) -> SIMD3<Float> {
      SIMD3(label[index], label[4 + index], label[8 + index])
    }
    let right = turn(column(0), about: SIMD3(0, 1, 0), by: yaw)
    for index in 0..<4 {
      let start = index == 3 ? column(3) - Self.pivot : column(index)
      let level = turn(start, about: SIMD3(0, 1, 0), by: yaw)
      let end = turn(level, about: right, by: -pitch) + (index == 3 ? Self.pivot : .zero)
      (moved.label[index], moved.label[4 + index], moved.label[8 + index]) = (end.x, end.y, end.z)
    }
    return moved
  }

  /// Where the camera is.
  public var position: SIMD3<Float> { SIMD3(label[3], label[7], label[11]) }

  /// Radians to the head's left of the frontal direction, from the viewing direction.
  public var yaw: Float { atan2(-label[2], -label[10]) }

  /// Radians above the frontal direction, from the viewing direction.
  public var pitch: Float { asin(max(-1, min(1, -label[6]))) }

  /// Radians about the viewing axis, 0 where the camera's rows are level.
  public var roll: Float {
    let right = SIMD3(label[0], label[4], label[8])
    let forward = SIMD3(label[2], label[6], label[10])
    let level = SIMD3(cos(yaw), 0, -sin(yaw))
    let down = SIMD3(
      forward.y * level.z - forward.z * level.y, forward.z * level.x - forward.x * level.z,
      forward.x * level.y - forward.y * level.x)
    return atan2((right * down).sum(), (right * level).sum())
  }

  /// World units from the camera to ``pivot``.
  public var distance: Float {
    let way = position - Self.pivot
    return (way * way).sum().squareRoot()
  }

  /// The labels of several cameras, `[count, 25]`.
  public static func tensor(_ cameras: [Camera], on device: Device = .cpu) throws -> Tensor {
    try Tensor(cameras.flatMap(\.label), [cameras.count, 25]).to(device)
  }
}
