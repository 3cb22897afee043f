import Foundation
import Heads
import Testing

@Suite struct PortraitCameraTests {
  @Test func theFrontalCameraLooksBackAlongZ() {
    let label = PortraitCamera(radius: 2.5).label
    let expected: [Float] = [
      1, 0, 0, 0, 0, -1, 0, 0, 0, 0, -1, 2.7, 0, 0, 0, 1, 4.2647, 0, 0.5, 0, 4.2647, 0.5, 0, 0, 1,
    ]
    #expect(zip(label, expected).allSatisfy { abs($0 - $1) < 1e-6 })
  }

  @Test func theLabelIsARotationAndLooksAtTheTarget() {
    let camera = PortraitCamera(yaw: 0.5, pitch: -0.2, roll: 0.3, offset: SIMD3(0.02, -0.01, 0.03))
    let (right, down, forward) = camera.axes
    for (a, b, dot) in [
      (right, right, 1.0), (down, down, 1), (forward, forward, 1), (right, down, 0),
      (right, forward, 0), (down, forward, 0),
    ] { #expect(abs((a * b).sum() - dot) < 1e-12) }
    let target = PortraitCamera.pivot + camera.offset
    let middle = camera.projected(SIMD3<Float>(target))
    #expect(abs(middle.x - 0.5) < 1e-6 && abs(middle.y - 0.5) < 1e-6)
    // x right, y down, z forward is right-handed.
    let turned = SIMD3(
      right.y * down.z - right.z * down.y, right.z * down.x - right.x * down.z,
      right.x * down.y - right.y * down.x)
    #expect(((turned - forward) * (turned - forward)).sum() < 1e-20)
  }

  @Test func labelsComeBack() {
    for (yaw, pitch, roll) in [(0.0, 0.0, 0.0), (0.7, -0.3, 0.1), (-1.2, 0.4, -0.25)] {
      let camera = PortraitCamera(
        yaw: yaw, pitch: pitch, roll: roll, offset: SIMD3(0.03, -0.02, 0.01), focal: 3.9)
      let back = PortraitCamera(label: camera.label)
      #expect(abs(back.yaw - yaw) < 1e-6)
      #expect(abs(back.pitch - pitch) < 1e-6)
      #expect(abs(back.roll - roll) < 1e-6)
      #expect(zip(back.label, camera.label).allSatisfy { abs($0 - $1) < 1e-6 })
    }
  }

  @Test func positiveYawStandsAtTheLeftOfTheHead() {
    let position = PortraitCamera(yaw: .pi / 2).position
    #expect(abs(position.x - 2.7) < 1e-12 && abs(position.z - 0.2) < 1e-12)
    #expect(PortraitCamera(pitch: 0.2).position.y > 0.5)
  }

  @Test func raysPassThroughWhatTheyProject() {
    let camera = PortraitCamera(yaw: -0.4, pitch: 0.15, roll: 0.2)
    let point = SIMD3<Float>(camera.position) + 2.4 * camera.ray(0.3, 0.8)
    let place = camera.projected(point)
    #expect(abs(place.x - 0.3) < 1e-5 && abs(place.y - 0.8) < 1e-5)
  }
}
