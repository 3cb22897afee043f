import Tensors

/// Learned offsets of the three planes that are added in amounts.
struct PlaneBasis: Sendable {
  let offsets: Tensor
  let side: Int

  /// - Parameters:
  ///   - resolution: side of the stored offsets
  ///   - side: of the planes that they are enlarged to
  init(
    _ scope: Scope, _ name: String, count: Int, features: Int, resolution: Int, side: Int
  ) throws {
    offsets = try scope.parameter(name, [count, 3 * features, resolution, resolution], .zeros)
    self.side = side
  }

  /// - Parameter amounts: `[batch, count]`
  /// - Returns: `[batch, 3 · features, side, side]`
  func mixed(_ amounts: Tensor) throws -> Tensor {
    let shape = offsets.shape
    let sum = try amounts.multiplied(by: offsets.reshaped(shape[0], -1))
      .reshaped(amounts.shape[0], shape[1], shape[2], shape[3])
    guard shape[2] != side else { return sum }
    return try sum.resized(height: side, width: side, antialiased: false)
  }
}
