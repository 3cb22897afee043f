extension Camera {
  /// A direction of the world along this camera's axes: right, down, forward.
  func local(_ direction: SIMD3<Float>) -> SIMD3<Float> {
    func along(_ column: Int) -> Float {
      (direction * SIMD3(label[column], label[4 + column], label[8 + column])).sum()
    }
    return SIMD3(along(0), along(1), along(2))
  }

  /// A direction along this camera's axes, right, down and forward, in the world.
  func world(_ local: SIMD3<Float>) -> SIMD3<Float> {
    func along(_ row: Int) -> Float {
      (local * SIMD3(label[4 * row], label[4 * row + 1], label[4 * row + 2])).sum()
    }
    return SIMD3(along(0), along(1), along(2))
  }
}
