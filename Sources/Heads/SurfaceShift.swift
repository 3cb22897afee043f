/// A point of a face's surface under an expression, and where it lies at rest, both in the world.
public struct SurfaceShift: Sendable {
  public let moved, rest: SIMD3<Float>
}

extension Rasterizer {
  /// How much farther than the visible surface a point may lie that counts as seen, in world units: 4 mm.
  private static let slack: Float = 0.01

  /// For each expression, the points that the pixels of a picture show of the surface.
  ///
  /// What the face at rest hides, the inside of the mouth and folded lids, is left out.
  /// - Parameter size: pixels along the side of the picture
  public func shifts(
    _ head: Head, _ expressions: [FacialExpression], from camera: PortraitCamera, size: Int
  ) -> [[SurfaceShift]] {
    let samples = size * supersampling
    let view = View(camera, samples: samples)
    trace(Scene(head: head, camera: camera), view, samples: samples)
    let rest = Block(
      (0..<head.vertexCount).map { positions.pointer[$0] }, default: Vector.zero)
    let nearest = (0..<samples * samples).map { inverseDepth.pointer[$0] }
    func isSeen(atRest point: Vector) -> Bool {
      let seen = view.map(point)
      let column = Int(seen.x / seen.z * view.focal + view.center)
      let row = Int(seen.y / seen.z * view.focal + view.center)
      guard (0..<samples).contains(column), (0..<samples).contains(row) else { return false }
      let surface = nearest[row * samples + column]
      return surface > 0 && seen.z - 1 / surface < Self.slack
    }
    return withExtendedLifetime(head) {
      expressions.map { expression in
        trace(Scene(head: head, expression: expression, camera: camera), view, samples: samples)
        return (0..<samples * samples).compactMap { sample in
          let owner = triangle.pointer[sample]
          guard owner >= 0 else { return nil }
          let place = TrianglePlace(
            head.topology.triangles.pointer[Int(owner)], screen.pointer,
            Float(sample % samples) + 0.5, Float(sample / samples) + 0.5)
          let still = place.mixed(rest.pointer)
          guard isSeen(atRest: still) else { return nil }
          return SurfaceShift(
            moved: PortraitCamera.world(place.mixed(positions.pointer).xyz),
            rest: PortraitCamera.world(still.xyz))
        }
      }
    }
  }
}
