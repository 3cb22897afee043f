public import PV3D

/// Draws meshes with a z-buffer, four samples a pixel; nothing is culled.
///
/// Triangles are taken to be small, so that colors and normals are interpolated as on a flat
/// picture; depth is exact.
public struct MeshRasterizer: Sendable {
  /// Pixels of a side.
  public let size: Int

  public init(size: Int) {
    precondition(size > 0, "'size' must be above 0, not \(size)")
    self.size = size
  }

  /// A mesh from one side.
  public struct View: Sendable {
    /// Colors as they are.
    public let color: UnitImage
    /// Gray by how much the surface faces a light above the viewer's left shoulder.
    public let shape: UnitImage
    /// `[size, size]`: how much of each pixel is covered, 0...1.
    public let coverage: [Float]
  }

  private static let empty = SIMD3<Float>(repeating: 0.12)

  public func draw(_ mesh: TriangleMesh, normals: [SIMD3<Float>], from camera: Camera) -> View {
    let side = 2 * size
    let axes = Axes(camera)
    let screen = mesh.positions.map { axes.projected($0, Float(side)) }
    var nearest = [Float](repeating: 0, count: side * side)
    var colors = [SIMD3<Float>](repeating: Self.empty, count: side * side)
    var shades = [Float](repeating: Self.empty.x, count: side * side)
    let light = axes.light
    let gray = SIMD3<Float>(repeating: 0.7)

    for triangle in mesh.triangles {
      let corners = (0..<3).map { Int(triangle[$0]) }
      let (a, b, c) = (screen[corners[0]], screen[corners[1]], screen[corners[2]])
      guard min(a.z, b.z, c.z) > 0 else { continue }
      let doubled = (b.x - a.x) * (c.y - a.y) - (c.x - a.x) * (b.y - a.y)
      guard doubled != 0 else { continue }
      let columns = Self.samples(min(a.x, b.x, c.x), max(a.x, b.x, c.x), side)
      for y in Self.samples(min(a.y, b.y, c.y), max(a.y, b.y, c.y), side) {
        for x in columns {
          let (px, py) = (Float(x) + 0.5, Float(y) + 0.5)
          let u = ((px - a.x) * (c.y - a.y) - (c.x - a.x) * (py - a.y)) / doubled
          let v = ((b.x - a.x) * (py - a.y) - (px - a.x) * (b.y - a.y)) / doubled
          guard u >= 0, v >= 0, u + v <= 1 else { continue }
          let inverse = a.z + u * (b.z - a.z) + v * (c.z - a.z)
          let index = y * side + x
          guard inverse > nearest[index] else { continue }
          nearest[index] = inverse
          func mixed(_ values: [SIMD3<Float>]) -> SIMD3<Float> {
            values[corners[0]] * (1 - u - v) + values[corners[1]] * u + values[corners[2]] * v
          }
          colors[index] = mesh.colors.isEmpty ? gray : mixed(mesh.colors)
          let normal = mixed(normals)
          let length = max((normal * normal).sum().squareRoot(), 1e-6)
          shades[index] = 0.22 + 0.72 * max(0, (normal * light).sum() / length)
        }
      }
    }
    return View(
      color: pictured { colors[$0] },
      shape: pictured { SIMD3(repeating: shades[$0]) },
      coverage: pixels { nearest[$0] > 0 ? 1 : 0 })
  }

  /// The samples whose centers may lie between two places.
  private static func samples(_ low: Float, _ high: Float, _ side: Int) -> Range<Int> {
    let first = Int(max(0, min(Float(side), (low - 0.5).rounded(.up))))
    let end = Int(max(0, min(Float(side), (high - 0.5).rounded(.down) + 1)))
    return first..<max(first, end)
  }

  /// The mean of the four samples of every pixel.
  private func pixels(_ sample: (Int) -> Float) -> [Float] {
    (0..<size * size).map { pixel in
      let corner = 4 * size * (pixel / size) + 2 * (pixel % size)
      let below = corner + 2 * size
      return (sample(corner) + sample(corner + 1) + sample(below) + sample(below + 1)) / 4
    }
  }

  private func pictured(_ sample: (Int) -> SIMD3<Float>) -> UnitImage {
    let planes = (0..<3).flatMap { channel in pixels { sample($0)[channel] } }
    return UnitImage(width: size, height: size, values: planes)
  }

  /// A camera's axes in the world.
  private struct Axes {
    let position, right, down, forward: SIMD3<Float>
    let focal, middle: SIMD2<Float>

    init(_ camera: Camera) {
      let label = camera.label
      func column(_ index: Int) -> SIMD3<Float> {
        SIMD3(label[index], label[index + 4], label[index + 8])
      }
      (right, down, forward, position) = (column(0), column(1), column(2), column(3))
      focal = SIMD2(label[16], label[20])
      middle = SIMD2(label[18], label[21])
    }

    /// Toward the light, of length 1.
    var light: SIMD3<Float> {
      let toward = -forward - down * 0.5 - right * 0.4
      return toward / (toward * toward).sum().squareRoot()
    }

    /// Column and row in samples, and 1 / depth; behind the camera that is 0 or less.
    func projected(_ point: SIMD3<Float>, _ side: Float) -> SIMD3<Float> {
      let ray = point - position
      let depth = (ray * forward).sum()
      let x = ((ray * right).sum() / depth * focal.x + middle.x) * side
      let y = ((ray * down).sum() / depth * focal.y + middle.y) * side
      return SIMD3(x, y, 1 / depth)
    }
  }
}
