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
