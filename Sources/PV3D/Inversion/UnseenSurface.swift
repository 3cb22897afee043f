import Tensors

/// Which parts of a person no frame shows: what turns away from all of their cameras, and what lies behind something.
package struct UnseenSurface {
  /// What one camera sees first.
  private struct Witness {
    let camera: Camera
    /// World units along the rays of `side · side` pixels, infinite where nothing is.
    let depth: [Float]
    /// How much it counts, 0...1.
    let weight: Float
  }

  private var witnesses: [Witness] = []
  /// Pixels along the side of a witness's picture.
  package let side: Int

  /// World units that a point may lie behind what a camera sees first and still be that, and over how much more it stops being it.
  private static let slack: Float = 0.03
  /// The cosine between a surface and a camera from which the camera shows it, and over how much more it does so in full.
  private static let facing: (from: Float, over: Float) = (0.1, 0.3)
  /// The side of the picture that says which color a region has.
  private static let coarse = 8
  /// The weight of super-resolution's features beside that of colors.
  private static let featureWeight: Float = 0.3

  /// - Parameter side: pixels along the side of pictures of `depth`
  package init(side: Int) { self.side = side }

  /// Adds a camera that shows the person.
  /// - Parameters:
  ///   - depth: of one picture, `[side · side]` in any shape, world units along each ray
  ///   - opacity: of the same pixels
  ///   - weight: 0...1
  package mutating func add(
    _ camera: Camera, depth: Tensor, opacity: Tensor, weight: Float = 1
  ) throws {
    let stopped = try opacity.floats()
    let depth = try zip(depth.floats(), stopped).map { $1 > 0.5 ? $0 : .infinity }
    witnesses.append(Witness(camera: camera, depth: depth, weight: weight))
  }

  /// Where a view shows what no other camera does.
  /// - Parameters:
  ///   - depth: `[1, 1, R, R]` in world units along the rays
  ///   - opacity: `[1, 1, R, R]`
  /// - Returns: `[1, 1, R, R]` in 0...1
  package func part(depth: Tensor, opacity: Tensor, camera: Camera) throws -> Tensor {
    let size = depth.shape[2]
    let rays = try Rays(labels: Camera.tensor([camera]), resolution: size)
    let directions = try rays.directions.floats()
    let normals = try NormalMap.normals(depth: depth.selected(0, 0), camera: camera).floats()
    let (depths, stopped) = (try depth.floats(), try opacity.floats())
    let pixels = size * size
    let part = (0..<pixels).map { pixel -> Float in
      let direction = SIMD3(
        directions[3 * pixel], directions[3 * pixel + 1], directions[3 * pixel + 2])
      let point = camera.position + direction * depths[pixel]
      let normal = camera.world(
        SIMD3(normals[pixel], -normals[pixels + pixel], -normals[2 * pixels + pixel]))
      let seen = witnesses.map { self.seen(point, normal, by: $0) }.max() ?? 0
      return (1 - seen) * stopped[pixel]
    }
    return try Tensor(part, [1, 1, size, size]).to(depth.device)
  }

  private func seen(_ point: SIMD3<Float>, _ normal: SIMD3<Float>, by witness: Witness) -> Float {
    let way = point - witness.camera.position
    let distance = (way * way).sum().squareRoot()
    let cosine = -(normal * way).sum() / distance
    let faces = min(max((cosine - Self.facing.from) / Self.facing.over, 0), 1)
    guard faces > 0, let place = witness.camera.place(of: point) else { return 0 }
    let column = Int((place.x * Float(side)).rounded(.down))
    let row = Int((place.y * Float(side)).rounded(.down))
    guard 0..<side ~= column, 0..<side ~= row else { return 0 }
    let behind = distance - witness.depth[row * side + column] - Self.slack
    return faces * min(max(1 - behind / Self.slack, 0), 1) * witness.weight
  }

  /// How much the detail of a tuned generator's view differs from the untuned one's in a part of it, without unit.
  ///
  /// A difference that is alike all over a region is none: the color of the frames should reach what they do not show,
  /// the noise that tuning makes there should not stay.
  package func distance(_ now: RawImage, _ truth: RawImage, in part: Tensor) throws -> Tensor {
    try detail(now.color - truth.color, part).magnitude().mean()
      + detail(now.features - truth.features, part).magnitude().mean() * Self.featureWeight
  }

  /// A difference in a part of the picture, without what its surroundings there have in common.
  private func detail(_ difference: Tensor, _ part: Tensor) throws -> Tensor {
    func smooth(_ picture: Tensor) throws -> Tensor {
      let size = picture.shape[2]
      return
        try picture.resized(height: Self.coarse, width: Self.coarse, antialiased: true)
        .resized(height: size, width: size, antialiased: false)
    }
    let inside = try difference * part
    return try inside - part * smooth(inside) / (smooth(part) + 0.01)
  }
}

extension Camera {
  /// Where a point is seen, 0 to 1 across the picture; nil behind the camera.
  fileprivate func place(of point: SIMD3<Float>) -> SIMD2<Float>? {
    let seen = local(point - position)
    guard seen.z > 0 else { return nil }
    let (x, y) = (seen.x / seen.z, seen.y / seen.z)
    return SIMD2(label[16] * x + label[17] * y + label[18], label[20] * y + label[21])
  }
}
