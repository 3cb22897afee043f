import Stages
import Testing

@Suite struct MarchingCubesTests {
  static func length(_ vector: SIMD3<Float>) -> Float { (vector * vector).sum().squareRoot() }

  /// The surface around points at which `field` is 0 or more, in the cube from -1 to 1.
  static func surface(
    _ resolution: Int, _ field: (SIMD3<Float>) -> Float
  ) -> TriangleMesh {
    let grid = VoxelGrid(
      from: SIMD3(repeating: -1), to: SIMD3(repeating: 1), resolution: resolution)
    return MarchingCubes(grid: grid, level: 0).surface { z in
      (0..<grid.counts.x * grid.counts.y).map { index in
        field(grid[index % grid.counts.x, index / grid.counts.x, z])
      }
    }
  }

  static func sphere(_ resolution: Int, radius: Float) -> TriangleMesh {
    surface(resolution) { radius - length($0) }
  }

  /// How often each directed side of a triangle occurs.
  static func sides(_ mesh: TriangleMesh) -> [SIMD2<UInt32>: Int] {
    var counts: [SIMD2<UInt32>: Int] = [:]
    for triangle in mesh.triangles {
      for corner in 0..<3 {
        counts[SIMD2(triangle[corner], triangle[(corner + 1) % 3]), default: 0] += 1
      }
    }
    return counts
  }

  /// Whether every side is shared by two triangles, which run through it in opposite directions.
  static func isClosed(_ mesh: TriangleMesh) -> Bool {
    let counts = sides(mesh)
    return counts.allSatisfy { side, count in
      count == 1 && counts[SIMD2(side.y, side.x)] == 1
    }
  }

  /// Vertices - edges + faces of a closed mesh.
  static func eulerCharacteristic(_ mesh: TriangleMesh) -> Int {
    mesh.positions.count - sides(mesh).count / 2 + mesh.triangles.count
  }

  @Test func aSphereHasItsRadiusAreaAndVolume() {
    let (resolution, radius) = (97, Float(0.8))
    let mesh = Self.sphere(resolution, radius: radius)
    let spacing = Float(2) / 96
    // Between two points a distance bends by no more than spacing² / (8 · radius).
    let bend = spacing * spacing / (8 * (radius - spacing))
    let errors = mesh.positions.map { abs(Self.length($0) - radius) }
    #expect(errors.max() ?? 1 < bend + 1e-6)
    #expect(bend / spacing < 0.004)
    let ideal = 4 * Double.pi * 0.64
    #expect(abs(mesh.area / ideal - 1) < 0.01)
    #expect(abs(mesh.volume / (ideal * 0.8 / 3) - 1) < 0.01)
  }

  @Test func aSphereIsClosedAndTurnedOutward() {
    let mesh = Self.sphere(41, radius: 0.7)
    #expect(Self.isClosed(mesh))
    #expect(Self.eulerCharacteristic(mesh) == 2)
    #expect(mesh.volume > 0)
    for (point, normal) in zip(mesh.positions, mesh.normals) {
      let outward = (point * normal).sum() / Self.length(point)
      #expect(outward > 0.97)
    }
  }

  @Test func aTorusHasOneHole() {
    let mesh = Self.surface(61) { point in
      let ring = (point.x * point.x + point.z * point.z).squareRoot() - 0.6
      return 0.25 - (ring * ring + point.y * point.y).squareRoot()
    }
    #expect(Self.isClosed(mesh))
    #expect(Self.eulerCharacteristic(mesh) == 0)
    let ideal = 2 * Double.pi * Double.pi * 0.6 * 0.0625
    #expect(abs(mesh.volume / ideal - 1) < 0.01)
  }

  @Test func noiseOfAnyPatternIsClosedWithoutVerticesThatAreNotUsed() {
    var state: UInt64 = 1
    let mesh = Self.surface(24) { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Float(state >> 40) / Float(1 << 24) - 0.5
    }
    #expect(mesh.triangles.count > 20_000)
    #expect(Self.isClosed(mesh))
    #expect(Set(mesh.triangles.flatMap { [$0.x, $0.y, $0.z] }).count == mesh.positions.count)
    #expect(mesh.volume > 0)
  }

  @Test func whatTheBoxCutsEndsFlat() {
    let mesh = Self.surface(21) { 0.3 - ($0.x * $0.x + $0.z * $0.z).squareRoot() }
    #expect(Self.isClosed(mesh))
    #expect(Self.eulerCharacteristic(mesh) == 2)
    #expect(abs(mesh.bounds.high.y - 0.9) < 1e-3 && abs(mesh.bounds.low.y + 0.9) < 1e-3)
  }

  @Test func valuesThatAreNoNumbersCountAsOutside() {
    let mesh = Self.surface(21) { $0.x > 0 ? .nan : $0.x > -0.2 ? .infinity : -1 }
    #expect(Self.isClosed(mesh))
    #expect(mesh.positions.allSatisfy { $0.x.isFinite && $0.y.isFinite && $0.z.isFinite })
  }

  @Test func theLargestPartOfTwoSpheresIsTheLargerSphere() {
    let (large, small) = (SIMD3<Float>(-0.4, 0, 0), SIMD3<Float>(0.5, 0.1, 0))
    let both = Self.surface(61) {
      max(0.4 - Self.length($0 - large), 0.3 - Self.length($0 - small))
    }
    #expect(Self.eulerCharacteristic(both) == 4)
    let one = both.largestPart
    #expect(Self.isClosed(one) && Self.eulerCharacteristic(one) == 2)
    #expect(one.positions.allSatisfy { abs(Self.length($0 - large) - 0.4) < 0.01 })
  }

  @Test func aBoxOfUnequalSidesHasCubicCells() {
    let grid = VoxelGrid(from: SIMD3(0, -1, 2), to: SIMD3(1, 1, 2.5), resolution: 41)
    #expect(grid.counts == SIMD3(21, 41, 11))
    #expect(abs(grid.spacing - 0.05) < 1e-6)
    #expect(MarchingCubesTests.length(grid[20, 40, 10] - SIMD3(1, 1, 2.5)) < 1e-5)
    #expect(grid.layer(3).count == 21 * 41 * 3)
    #expect(Array(grid.layer(3)[3..<6]) == [grid[1, 0, 3].x, grid[1, 0, 3].y, grid[1, 0, 3].z])
  }
}
