import Heads
import Testing

@Suite struct SurfaceShiftTests {
  @Test func whatCannotMoveStaysOnItsPlane() {
    let rasterizer = Rasterizer(supersampling: 1)
    let shifts = rasterizer.shifts(
      RasterizerTests.target(), [FacialExpression([.jawOpen: 1])],
      from: PortraitCamera(yaw: 0.3), size: 64)
    let world = RasterizerTests.corners.map(PortraitCamera.world)
    let (u, v) = (world[1] - world[0], world[2] - world[0])
    let normal = SIMD3(u.y * v.z - u.z * v.y, u.z * v.x - u.x * v.z, u.x * v.y - u.y * v.x)
    #expect(shifts[0].count > 200)
    for shift in shifts[0] {
      #expect(shift.moved == shift.rest)
      let away = ((shift.moved - world[0]) * normal).sum() / (normal * normal).sum().squareRoot()
      #expect(abs(away) < 1e-5)
    }
  }

  @Test(.enabled(if: HeadFolder.isThere)) func aDroppedJawComesFromBelowTheLips() throws {
    let head = try HeadFolder.head("White_M_1")
    let found = Rasterizer(supersampling: 1).shifts(
      head, [FacialExpression(), FacialExpression([.jawOpen: 1])], from: PortraitCamera(),
      size: 192)
    let (rest, open) = (found[0], found[1])
    // At rest no point moves but by rounding.
    #expect(rest.count > 5000)
    #expect(rest.allSatisfy { abs($0.moved.y - $0.rest.y) < 1e-5 })
    // About 20 mm at the chin, nothing above the eyes, and the inside of the mouth is not among them.
    let drops = open.map { $0.rest.y - $0.moved.y }
    let largest = (drops.max() ?? 0) / PortraitCamera.scale
    #expect((0.012...0.03).contains(largest), "\(largest)")
    #expect(open.filter { $0.rest.y > 0.12 }.allSatisfy { abs($0.moved.y - $0.rest.y) < 1e-4 })
    #expect(open.count < rest.count)
    #expect(open.count > rest.count * 9 / 10)
  }
}
