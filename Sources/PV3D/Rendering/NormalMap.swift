public import Tensors

/// Which way the surface faces at every pixel of a depth map.
public enum NormalMap {
  /// Normals in the viewer's axes: x right, y up, z towards the viewer.
  ///
  /// The cross product of the differences between the points of neighboring pixels. Of the differences to
  /// both sides the smaller one counts more, `(a |b|² + b |a|²) / (|a|² + |b|²)`, so that edges stay sharp.
  /// - Parameters:
  ///   - depth: `[1, side, side]`, world units along each ray
  ///   - camera: whose intrinsics give the rays
  /// - Returns: `[3, side, side]` of length 1
  public static func normals(depth: Tensor, camera: Camera) throws -> Tensor {
    let side = depth.shape[1]
    let points = try points(depth: depth.floats(), camera: camera, side: side)
    func difference(_ index: Int, _ step: Int, _ place: Int) -> SIMD3<Float> {
      let before = place > 0 ? points[index] - points[index - step] : nil
      let after = place < side - 1 ? points[index + step] - points[index] : nil
      guard let before, let after else { return before ?? after ?? .zero }
      let (a, b) = ((before * before).sum(), (after * after).sum())
      return a + b > 0 ? (before * b + after * a) / (a + b) : .zero
    }
    var result = [Float](repeating: 0, count: 3 * side * side)
    for y in 0..<side {
      for x in 0..<side {
        let index = y * side + x
        let across = difference(index, 1, x)
        let along = difference(index, side, y)
        let cross = SIMD3(
          along.y * across.z - along.z * across.y, along.z * across.x - along.x * across.z,
          along.x * across.y - along.y * across.x)
        let length = (cross * cross).sum().squareRoot()
        // Camera axes have y down and z away from the viewer.
        let normal = length > 0 ? cross / length * SIMD3(1, -1, -1) : SIMD3(0, 0, 1)
        for axis in 0..<3 { result[axis * side * side + index] = normal[axis] }
      }
    }
    return try Tensor(result, [3, side, side]).to(depth.device)
  }

  /// The points that are seen, in the camera's axes, row by row.
  private static func points(
    depth: [Float], camera: Camera, side: Int
  ) throws -> [SIMD3<Float>] {
    let pose: [Float] = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]
    let still = Camera(label: pose + camera.label[16...])
    let rays = try Rays(labels: Camera.tensor([still]), resolution: side)
    let directions = try rays.directions.contiguous().floats()
    return depth.indices.map { index in
      SIMD3(directions[3 * index], directions[3 * index + 1], directions[3 * index + 2])
        * depth[index]
    }
  }
}
