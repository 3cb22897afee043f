import Foundation

/// An affine map of space: three columns and a translation.
struct Affine {
  var x = Vector(1, 0, 0, 0)
  var y = Vector(0, 1, 0, 0)
  var z = Vector(0, 0, 1, 0)
  var translation = Vector.zero

  @inline(__always)
  func callAsFunction(_ p: Vector) -> Vector { x * p.x + y * p.y + z * p.z + translation }

  /// The map that applies `first`, then this one.
  func after(_ first: Affine) -> Affine {
    func linear(_ v: Vector) -> Vector { x * v.x + y * v.y + z * v.z }
    return Affine(
      x: linear(first.x), y: linear(first.y), z: linear(first.z),
      translation: self(first.translation))
  }

  /// The rotation `Ry(yaw) Rx(pitch) Rz(roll)` about a fixed point.
  static func rotation(_ angles: Rotation, about center: Vector) -> Affine {
    let (cy, sy) = (cos(angles.yaw), sin(angles.yaw))
    let (cp, sp) = (cos(angles.pitch), sin(angles.pitch))
    let (cr, sr) = (cos(angles.roll), sin(angles.roll))
    var map = Affine(
      x: Vector(cy * cr + sy * sp * sr, cp * sr, -sy * cr + cy * sp * sr, 0),
      y: Vector(-cy * sr + sy * sp * cr, cp * cr, sy * sr + cy * sp * cr, 0),
      z: Vector(sy * cp, -sp, cy * cp, 0))
    map.translation = center - map(center)
    return map
  }
}
