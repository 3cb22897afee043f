import Foundation
import PV3D
import Testing

@Suite struct CameraPlacementTests {
  static var compact: GeneratorConfig {
    var config = GeneratorConfig()
    config.hasPlaneMean = true
    return config
  }

  /// Where a point of the world falls in the picture, x then y, 0...1 inside.
  func projected(_ point: SIMD3<Float>, _ camera: Camera) -> SIMD2<Float> {
    let ray = point - camera.position
    func along(_ column: Int) -> Float {
      (ray * SIMD3(camera.label[column], camera.label[4 + column], camera.label[8 + column])).sum()
    }
    return SIMD2(
      camera.label[16] * along(0) / along(2) + camera.label[18],
      camera.label[20] * along(1) / along(2) + camera.label[21])
  }

  @Test func officialModelsHaveTheirOwnCanonicalCamera() {
    let wanted: [Float] = [1, 0, 0, 0, 0, -1, 0, 0, 0, 0, -1, 2.7, 0, 0, 0, 1]
    let camera = GeneratorConfig().camera(yaw: 0, pitch: 0)
    for (ours, theirs) in zip(camera.label, wanted) { #expect(abs(ours - theirs) < 1e-6) }
    #expect(Self.compact.camera(yaw: 0, pitch: 0) == .canonical)
    #expect(!Self.compact.isOfficial)
  }

  @Test(arguments: [(0.5, 0), (-0.4, 0.3), (0, -0.6)] as [(Float, Float)])
  func officialCamerasStandAtTheirAnglesAroundTheOrigin(_ yaw: Float, _ pitch: Float) {
    let position = GeneratorConfig().camera(yaw: yaw, pitch: pitch).position
    let wanted = 2.7 * SIMD3(sin(yaw) * cos(pitch), sin(pitch), cos(yaw) * cos(pitch))
    for axis in 0..<3 { #expect(abs(position[axis] - wanted[axis]) < 1e-5) }
    let center = projected(Camera.pivot, GeneratorConfig().camera(yaw: yaw, pitch: pitch))
    #expect(abs(center.x - 0.5) < 1e-5 && abs(center.y - 0.5) < 1e-5)
  }

  @Test func rollingIsTheCameraMadeWithThatRoll() {
    let rolled = Camera(yaw: 0.3, pitch: -0.2).rolled(0.25)
    let wanted = Camera(yaw: 0.3, pitch: -0.2, roll: 0.25)
    for (ours, theirs) in zip(rolled.label, wanted.label) { #expect(abs(ours - theirs) < 1e-6) }
  }

  @Test(arguments: [(0, 0, 0), (0.4, 0.2, 0.1)] as [(Float, Float, Float)])
  func eyesAreAsFarApartAsAskedAndAgreeAtThePivot(_ yaw: Float, _ pitch: Float, _ roll: Float) {
    let camera = Camera(yaw: yaw, pitch: pitch, roll: roll)
    let (left, right) = camera.eyes(0.169)
    let apart = right.position - left.position
    #expect(abs((apart * apart).sum().squareRoot() - 0.169) < 1e-6)
    let axis = SIMD3(camera.label[0], camera.label[4], camera.label[8])
    #expect(abs((apart * axis).sum() - 0.169) < 1e-6)
    for eye in [left, right] {
      let center = projected(Camera.pivot, eye)
      #expect(abs(center.x - 0.5) < 1e-5 && abs(center.y - 0.5) < 1e-5)
    }
    // Half a unit nearer than the pivot, 2.7 away: f b (1 / 2.2 - 1 / 2.7) apart, on one height.
    let toward = (camera.position - Camera.pivot) / Camera.radius
    let near = Camera.pivot + 0.5 * toward
    let parallax = projected(near, left) - projected(near, right)
    #expect(abs(parallax.x - 4.2647 * 0.169 * (1 / 2.2 - 1 / 2.7)) < 1e-5)
    #expect(abs(parallax.y) < 1e-5)
  }
}
