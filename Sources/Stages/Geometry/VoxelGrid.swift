/// Points of a cubic lattice that fills a box.
public struct VoxelGrid: Sendable, Equatable {
  /// The point with the least coordinates.
  public let origin: SIMD3<Float>
  /// The distance between neighbors.
  public let spacing: Float
  /// Points along x, y and z.
  public let counts: SIMD3<Int>

  /// The lattice around the middle of the box from `low` to `high`.
  /// - Parameter resolution: points along the longest side, at least 3
  public init(from low: SIMD3<Float>, to high: SIMD3<Float>, resolution: Int) {
    precondition(resolution > 2, "'resolution' must be above 2, not \(resolution)")
    let sides = high - low
    let spacing = sides.max() / Float(resolution - 1)
    let counts = SIMD3<Int>((sides / spacing).rounded(.toNearestOrAwayFromZero)) &+ 1
    self.spacing = spacing
    self.counts = counts.clamped(
      lowerBound: SIMD3(repeating: 3), upperBound: SIMD3(repeating: resolution))
    origin = (low + high - SIMD3<Float>(self.counts &- 1) * spacing) / 2
  }

  public subscript(x: Int, y: Int, z: Int) -> SIMD3<Float> {
    origin + SIMD3<Float>(SIMD3(x, y, z)) * spacing
  }

  /// The coordinates of all points of one z, row by row: `[y, x, 3]`.
  public func layer(_ z: Int) -> [Float] {
    var coordinates: [Float] = []
    coordinates.reserveCapacity(counts.x * counts.y * 3)
    for y in 0..<counts.y {
      for x in 0..<counts.x {
        let point = self[x, y, z]
        coordinates.append(point.x)
        coordinates.append(point.y)
        coordinates.append(point.z)
      }
    }
    return coordinates
  }
}
