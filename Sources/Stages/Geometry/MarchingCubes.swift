/// The surface on which a sampled field has one value.
///
/// Vertices lie on the lattice's lines, where the field, taken as linear between points, has the
/// value; each is made once. The outermost points count as outside, so that the surface is closed:
/// it ends flat where the box cuts it. Only two layers of the lattice are kept at a time.
/// - Source: Lorensen and Cline 1987
public struct MarchingCubes: Sendable {
  public let grid: VoxelGrid
  public let level: Float

  public init(grid: VoxelGrid, level: Float) {
    self.grid = grid
    self.level = level
  }

  /// The surface around all points whose value is at least `level`; triangles are counter-clockwise
  /// from outside.
  /// - Parameter layer: the values of the points of one z, `[y, x]`; asked for in rising order
  public func surface(_ layer: (Int) throws -> [Float]) rethrows -> TriangleMesh {
    var work = Work(grid: grid, level: level)
    var below = work.sheet(0, nil)
    for z in 1..<grid.counts.z {
      let above = work.sheet(z, z + 1 < grid.counts.z ? try layer(z) : nil)
      work.fill(z - 1, below, above)
      below = above
    }
    return TriangleMesh(positions: work.positions, triangles: work.triangles)
  }

  /// One layer of points, and the vertices on its lines by the point at which the line begins.
  private struct Sheet {
    /// How far above the level each point is.
    var values: [Float]
    var alongX: [UInt32]
    var alongY: [UInt32]

    /// Which corners of a square are inside, as bits: itself, the next in x, in y, in both.
    func pattern(_ index: Int, _ width: Int) -> Int {
      (values[index] >= 0 ? 1 : 0) | (values[index + 1] >= 0 ? 2 : 0)
        | (values[index + width] >= 0 ? 4 : 0) | (values[index + width + 1] >= 0 ? 8 : 0)
    }
  }

  private struct Work {
    let grid: VoxelGrid
    let level: Float
    var positions: [SIMD3<Float>] = []
    var triangles: [SIMD3<UInt32>] = []

    init(grid: VoxelGrid, level: Float) {
      self.grid = grid
      self.level = level
    }

    /// The vertex between two points of which one is inside.
    mutating func vertex(
      _ first: SIMD3<Float>, _ second: SIMD3<Float>, _ a: Float, _ b: Float
    ) -> UInt32 {
      let (inner, outer) = a >= 0 ? (first, second) : (second, first)
      let (high, low) = a >= 0 ? (a, b) : (b, a)
      // Not quite at a point, where several vertices would meet and triangles lose their area.
      let part = max(0.001, min(0.999, high / (high - low)))
      positions.append(inner + (outer - inner) * part)
      return UInt32(positions.count - 1)
    }

    mutating func sheet(_ z: Int, _ given: [Float]?) -> Sheet {
      let (width, height) = (grid.counts.x, grid.counts.y)
      let none = [UInt32](repeating: 0, count: width * height)
      var sheet = Sheet(
        values: [Float](repeating: -.infinity, count: width * height), alongX: none, alongY: none)
      guard let given else { return sheet }
      precondition(given.count == width * height, "a layer must have \(width * height) values")
      for y in 1..<height - 1 {
        for index in y * width + 1..<(y + 1) * width - 1 where !given[index].isNaN {
          sheet.values[index] = min(given[index], .greatestFiniteMagnitude) - level
        }
      }
      for y in 0..<height {
        for x in 0..<width {
          let index = y * width + x
          let value = sheet.values[index]
          if x + 1 < width, (value >= 0) != (sheet.values[index + 1] >= 0) {
            sheet.alongX[index] = vertex(
              grid[x, y, z], grid[x + 1, y, z], value, sheet.values[index + 1])
          }
          if y + 1 < height, (value >= 0) != (sheet.values[index + width] >= 0) {
            sheet.alongY[index] = vertex(
              grid[x, y, z], grid[x, y + 1, z], value, sheet.values[index + width])
          }
        }
      }
      return sheet
    }

    /// Adds the triangles of the cubes between two layers.
    mutating func fill(_ z: Int, _ below: Sheet, _ above: Sheet) {
      let width = grid.counts.x
      var alongZ = [UInt32](repeating: 0, count: below.values.count)
      for y in 0..<grid.counts.y {
        for x in 0..<width {
          let index = y * width + x
          let (low, high) = (below.values[index], above.values[index])
          guard (low >= 0) != (high >= 0) else { continue }
          alongZ[index] = vertex(grid[x, y, z], grid[x, y, z + 1], low, high)
        }
      }
      for y in 0..<grid.counts.y - 1 {
        for index in y * width..<(y + 1) * width - 1 {
          let pattern = below.pattern(index, width) | above.pattern(index, width) << 4
          guard pattern != 0, pattern != 255 else { continue }
          func found(_ edge: Int) -> UInt32 {
            let (u, v) = (edge & 1, edge >> 1 & 1)
            return switch edge >> 2 {
            case 0: (v == 0 ? below : above).alongX[index + u * width]
            case 1: (v == 0 ? below : above).alongY[index + u]
            default: alongZ[index + u + v * width]
            }
          }
          let edges = CubeCases.triangles[pattern]
          for corner in stride(from: 0, to: edges.count, by: 3) {
            triangles.append(
              SIMD3(found(edges[corner]), found(edges[corner + 1]), found(edges[corner + 2])))
          }
        }
      }
    }
  }
}
