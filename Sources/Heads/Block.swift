/// A fixed run of plain values on the heap that inner loops read without bounds checks.
///
/// Written only while it is built; after that it is shared between threads unchanged.
final class Block<Element: BitwiseCopyable>: @unchecked Sendable {
  let pointer: UnsafeMutablePointer<Element>
  let count: Int

  init(count: Int, repeating value: Element) {
    pointer = .allocate(capacity: max(count, 1))
    pointer.initialize(repeating: value, count: count)
    self.count = count
  }

  convenience init(_ values: [Element], default value: Element) {
    self.init(count: values.count, repeating: value)
    for (place, value) in values.enumerated() { pointer[place] = value }
  }

  deinit { pointer.deallocate() }
}

/// The vector with three components and a fourth that is not used.
typealias Vector = SIMD4<Float>

extension SIMD4 where Scalar == Float {
  init(_ vector: SIMD3<Float>) { self.init(vector.x, vector.y, vector.z, 0) }

  @inline(__always)
  func dot(_ other: Self) -> Float {
    let product = self * other
    return product.x + product.y + product.z
  }

  /// The cross product of the first three components; the fourth becomes 0.
  @inline(__always)
  func cross(_ other: Self) -> Self {
    let a = SIMD4(y, z, x, 0)
    let b = SIMD4(other.z, other.x, other.y, 0)
    let c = SIMD4(z, x, y, 0)
    let d = SIMD4(other.y, other.z, other.x, 0)
    return a * b - c * d
  }

  var xyz: SIMD3<Float> { SIMD3(x, y, z) }
}

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
    let (cy, sy) = (Float.cosine(angles.yaw), Float.sine(angles.yaw))
    let (cp, sp) = (Float.cosine(angles.pitch), Float.sine(angles.pitch))
    let (cr, sr) = (Float.cosine(angles.roll), Float.sine(angles.roll))
    var map = Affine(
      x: Vector(cy * cr + sy * sp * sr, cp * sr, -sy * cr + cy * sp * sr, 0),
      y: Vector(-cy * sr + sy * sp * cr, cp * cr, sy * sr + cy * sp * cr, 0),
      z: Vector(sy * cp, -sp, cy * cp, 0))
    map.translation = center - map(center)
    return map
  }
}
