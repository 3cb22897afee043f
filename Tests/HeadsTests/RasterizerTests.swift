import Foundation
import Heads
import Testing

@Suite struct RasterizerTests {
  static let corners: [SIMD3<Float>] = [
    SIMD3(-0.05, -0.08, 0.06), SIMD3(0.07, -0.02, -0.03), SIMD3(-0.01, 0.06, 0.02),
  ]

  static func target(
    _ corners: [SIMD3<Float>] = corners, color: SIMD3<Float> = SIMD3(0.2, 0.4, 0.6)
  ) -> Head {
    Head(vertices: corners, triangles: [SIMD3(0, 1, 2)], color: color)
  }

  @Test func theDepthOfATiltedTriangleIsExact() {
    let camera = PortraitCamera(yaw: 0.3, pitch: -0.1, roll: 0.05)
    let size = 64
    let portrait = Rasterizer().render(Scene(head: Self.target(), camera: camera), size: size)
    let world = Self.corners.map(PortraitCamera.world)
    let (u, v) = (world[1] - world[0], world[2] - world[0])
    let normal = SIMD3(u.y * v.z - u.z * v.y, u.z * v.x - u.x * v.z, u.x * v.y - u.y * v.x)
    let eye = SIMD3<Float>(camera.position)
    var (checked, worst) = (0, Float.zero)
    for row in 0..<size {
      for column in 0..<size where portrait.mask[row * size + column] == 1 {
        let ray = camera.ray(
          (Float(column) + 0.5) / Float(size), (Float(row) + 0.5) / Float(size))
        let distance = ((world[0] - eye) * normal).sum() / (ray * normal).sum()
        worst = max(worst, abs(portrait.depth[row * size + column] - distance))
        checked += 1
      }
    }
    #expect(checked > 200)
    #expect(worst < 2e-5)
  }

  @Test func coverageSumsToTheAreaOfTheTriangle() {
    let camera = PortraitCamera(yaw: -0.2, pitch: 0.1)
    let portrait = Rasterizer().render(Scene(head: Self.target(), camera: camera), size: 128)
    let places = Self.corners.map { camera.projected(PortraitCamera.world($0)) * 128 }
    let (u, v) = (places[1] - places[0], places[2] - places[0])
    let area = abs(u.x * v.y - u.y * v.x) / 2
    #expect(abs(portrait.mask.reduce(0, +) / area - 1) < 0.01)
    #expect(portrait.mask.contains { $0 > 0 && $0 < 1 })
    #expect(zip(portrait.mask, portrait.depth).allSatisfy { ($0 >= 0.5) == $1.isFinite })
    #expect(portrait.label == camera.label)
  }

  @Test func aKnownPointLandsOnItsPixel() {
    let camera = PortraitCamera(yaw: 0.6, pitch: 0.2, roll: -0.3, offset: SIMD3(0.01, 0.02, 0))
    let point = SIMD3<Float>(0.03, -0.06, 0.05)
    let reach: Float = 0.002
    let head = Self.target([
      point + SIMD3(reach, 0, 0), point + SIMD3(-reach, reach, 0), point + SIMD3(0, -reach, 0),
    ])
    let size = 256
    let portrait = Rasterizer(supersampling: 4).render(
      Scene(head: head, camera: camera), size: size)
    var (sum, weight) = (SIMD2<Float>.zero, Float.zero)
    for pixel in 0..<size * size where portrait.mask[pixel] > 0 {
      sum +=
        portrait.mask[pixel]
        * SIMD2(Float(pixel % size) + 0.5, Float(pixel / size) + 0.5)
      weight += portrait.mask[pixel]
    }
    let place = camera.projected(PortraitCamera.world(point)) * Float(size)
    #expect(weight > 0)
    #expect(abs(sum.x / weight - place.x) < 0.2)
    #expect(abs(sum.y / weight - place.y) < 0.2)
  }

  @Test func lightFollowsItsFormula() {
    // Facing the camera, the normal is +z: half sky, half ground, and the key's cosine.
    let flat = [SIMD3<Float>(-0.1, -0.1, 0), SIMD3(0.1, -0.1, 0), SIMD3(0, 0.1, 0)]
    let lighting = Lighting(
      sky: SIMD3(0.6, 0.5, 0.4), ground: SIMD3(0.2, 0.3, 0.4),
      key: DirectionalLight(direction: SIMD3(0, 3, 4), color: SIMD3(0.5, 0.25, 1)),
      fill: DirectionalLight(direction: SIMD3(0, 0, -1), color: SIMD3(9, 9, 9)))
    let portrait = Rasterizer().render(
      Scene(head: Self.target(flat), lighting: lighting, background: .color(.zero)), size: 32)
    let middle = (16 * 32 + 16) * 3
    let expected = SIMD3<Float>(0.2, 0.4, 0.6) * (SIMD3(0.4, 0.4, 0.4) + 0.8 * SIMD3(0.5, 0.25, 1))
    for channel in 0..<3 {
      #expect(abs(portrait.rgb[middle + channel] - expected[channel]) < 1e-5)
    }
  }

  @Test func theNearerTriangleHidesTheOther() {
    let near = [SIMD3<Float>(-0.1, -0.1, 0.05), SIMD3(0.1, -0.1, 0.05), SIMD3(0, 0.1, 0.05)]
    let far = near.map { $0 - SIMD3(0, 0, 0.1) }
    for order in [[SIMD3<Int32>(0, 1, 2), SIMD3(3, 4, 5)], [SIMD3(3, 4, 5), SIMD3(0, 1, 2)]] {
      let head = Head(vertices: near + far, triangles: order, color: .one)
      let portrait = Rasterizer(supersampling: 1).render(Scene(head: head), size: 33)
      // The eye is 2.9 from the origin; 0.05 m lie 0.13 further than the point between the eyes.
      let ray = PortraitCamera().ray(0.5, 0.5)
      #expect(abs(portrait.depth[16 * 33 + 16] + (2.9 - 0.166 - 0.13) / ray.z) < 1e-4)
    }
  }

  @Test func backgroundsFillWhatIsNotCovered() {
    let image = RGBImage(width: 2, height: 1, pixels: [255, 0, 0, 0, 0, 255])
    let empty = Head(vertices: [], triangles: [], color: .one)
    func drawn(_ background: Background) -> [Float] {
      Rasterizer().render(Scene(head: empty, background: background), size: 4).rgb
    }
    #expect(drawn(.color(SIMD3(0.1, 0.2, 0.3))).prefix(3) == [0.1, 0.2, 0.3])
    #expect(Array(drawn(.image(image)).prefix(12)) == [1, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 1])
    let run = drawn(.gradient(top: .zero, bottom: .one))
    #expect(run[0] == 0.125 && run[47] == 0.875)
  }

  @Test func threadsDrawWhatOneRasterizerDraws() {
    let scenes = (0..<7).map {
      Scene(head: Self.target(), camera: PortraitCamera(yaw: Double($0) * 0.1))
    }
    let alone = Rasterizer()
    let expected = scenes.map { alone.render($0, size: 24).rgb }
    #expect(Rasterizer.render(scenes, size: 24, threads: 3).map(\.rgb) == expected)
  }
}
