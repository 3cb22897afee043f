import PV3D
import Testing

@Suite struct CameraOrbitTests {
  @Test(arguments: [(0.0, 0.0), (0.3, 0.0), (-0.5, 0.2), (0.7, -0.3)])
  func orbitingIsTheCameraOfTheSumOfAngles(_ yaw: Float, _ pitch: Float) {
    let start = Camera(yaw: 0.2, pitch: 0)
    let moved = start.orbited(yaw: yaw, pitch: pitch)
    let wanted = Camera(yaw: 0.2 + yaw, pitch: pitch)
    for (ours, theirs) in zip(moved.label, wanted.label) { #expect(abs(ours - theirs) < 2e-6) }
  }

  @Test func yawAndPitchAreReadBack() {
    let camera = Camera(yaw: 0.4, pitch: -0.25, roll: 0.1)
    #expect(abs(camera.yaw - 0.4) < 1e-5)
    #expect(abs(camera.pitch + 0.25) < 1e-5)
  }
}
