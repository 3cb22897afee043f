import Heads
import Testing

@Suite(.enabled(if: HeadFolder.isThere)) struct ViewConsistencyTests {
  @Test func depthOfOneViewLiesOnTheSurfaceOfAnother() throws {
    let head = try HeadFolder.head("White_M_1")
    let size = 128
    let cameras = [PortraitCamera(yaw: 0.25, pitch: 0.1), PortraitCamera(yaw: -0.05, pitch: -0.05)]
    let expression = FacialExpression([.jawOpen: 0.4, .smile: 0.5])
    let views = cameras.map {
      Rasterizer().render(Scene(head: head, expression: expression, camera: $0), size: size)
    }
    let (from, to) = (SIMD3<Float>(cameras[0].position), SIMD3<Float>(cameras[1].position))
    var (seen, hit, floating) = (0, 0, 0)
    for row in 0..<size {
      for column in 0..<size where views[0].depth[row * size + column].isFinite {
        let ray = cameras[0].ray(
          (Float(column) + 0.5) / Float(size), (Float(row) + 0.5) / Float(size))
        let point = from + views[0].depth[row * size + column] * ray
        let place = cameras[1].projected(point) * Float(size)
        guard place.x >= 1, place.y >= 1, place.x < Float(size - 1), place.y < Float(size - 1)
        else { continue }
        seen += 1
        let depth = views[1].depth[Int(place.y) * size + Int(place.x)]
        let own = ((point - to) * (point - to)).sum().squareRoot()
        if abs(depth - own) < 0.012 { hit += 1 }
        // Nothing may stand in front of what the other view sees, but at edges of pixels.
        let around = [0, 1, -1, size, -size].map {
          views[1].depth[Int(place.y) * size + Int(place.x) + $0]
        }
        if around.allSatisfy({ $0 > own + 0.02 }) { floating += 1 }
      }
    }
    #expect(seen > 6000)
    #expect(Float(hit) > 0.85 * Float(seen))
    #expect(Float(floating) < 0.003 * Float(seen))
  }

  @Test func aFrontalFaceFillsTheMiddleWithoutHoles() throws {
    for name in HeadFolder.names {
      let portrait = Rasterizer().render(Scene(head: try HeadFolder.head(name)), size: 96)
      for row in 20..<70 {
        for column in 36..<60 {
          #expect(portrait.mask[row * 96 + column] == 1)
          let depth = portrait.depth[row * 96 + column]
          #expect(depth > 2.35 && depth < 2.85, "\(name) \(row) \(column): \(depth)")
        }
      }
      #expect(portrait.rgb.allSatisfy { $0 >= 0 && $0 <= 1 })
    }
  }
}
