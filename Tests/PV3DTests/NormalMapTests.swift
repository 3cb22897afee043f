import PV3D
import Tensors
import TestSupport
import Testing

@Suite struct NormalMapTests {
  static let side = 32

  /// The directions of all rays of a camera at the origin, x right, y down, z forward.
  static func directions(_ camera: Camera) -> [SIMD3<Float>] {
    (0..<side * side).map { index in
      let x = (Float(index % side) + 0.5) / Float(side) - camera.label[18]
      let y = (Float(index / side) + 0.5) / Float(side) - camera.label[21]
      let ray = SIMD3(x / camera.label[16], y / camera.label[20], 1)
      return ray / (ray * ray).sum().squareRoot()
    }
  }

  func normals(_ depth: [Float], _ camera: Camera) throws -> [SIMD3<Float>] {
    let map = try NormalMap.normals(
      depth: Tensor(depth, [1, Self.side, Self.side]), camera: camera)
    #expect(map.shape == [3, Self.side, Self.side])
    let values = try map.floats()
    let count = Self.side * Self.side
    return (0..<count).map { SIMD3(values[$0], values[count + $0], values[2 * count + $0]) }
  }

  /// Planes `n · p = n.z · 2.7` in camera axes; float depths of 2.7 over steps of 0.02 give 1e-4.
  @Test(arguments: [(0, 0), (0.5, 0), (0, -0.4), (-0.3, 0.6)] as [(Float, Float)])
  func aPlaneHasItsNormalEverywhere(_ right: Float, _ up: Float) throws {
    let forward = -(1 - right * right - up * up).squareRoot()
    let normal = SIMD3(right, -up, forward)
    let camera = Camera(yaw: 0.7, pitch: 0.2)
    let depth = Self.directions(camera).map { forward * 2.7 / (normal * $0).sum() }
    for found in try normals(depth, camera) {
      #expect(abs(found.x - right) < 2e-4)
      #expect(abs(found.y - up) < 2e-4)
      #expect(abs(found.z + forward) < 2e-4)
    }
  }

  @Test func aSphereFacesAwayFromItsCenter() throws {
    let camera = Camera.canonical
    let (center, radius) = (SIMD3<Float>(0, 0, 2.7), Float(0.28))
    let rays = Self.directions(camera)
    var inner: [Int] = []
    let depth = rays.enumerated().map { index, ray in
      let along = (ray * center).sum()
      let inside = along * along - (center * center).sum() + radius * radius
      if inside > 0.02 { inner.append(index) }
      return inside > 0 ? along - inside.squareRoot() : 3.3
    }
    let found = try normals(depth, camera)
    #expect(inner.count > 300)
    for index in inner {
      let wanted = (rays[index] * depth[index] - center) / radius * SIMD3(1, -1, -1)
      // Differences over two pixels of 0.02 on a radius of 0.28: (0.02 / 0.28)² in the mean.
      #expect((found[index] * wanted).sum() > 0.995, "\(index)")
    }
    let top = found[Self.side * 5 + Self.side / 2]
    #expect(top.y > 0.5)
  }

  @Test func aStepKeepsBothSidesFlat() throws {
    let camera = Camera.canonical
    let depth = Self.directions(camera).enumerated().map { index, ray in
      (index % Self.side < Self.side / 2 ? 2.5 : 3.0) / ray.z
    }
    for found in try normals(depth, camera) { #expect(found.z > 0.999) }
  }
}
