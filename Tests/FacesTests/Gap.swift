/// The largest difference between two vectors' components.
func gap<Vector: SIMD>(_ a: Vector, _ b: Vector) -> Double where Vector.Scalar == Double {
  let difference = a - b
  return max(difference.max(), -difference.min())
}
