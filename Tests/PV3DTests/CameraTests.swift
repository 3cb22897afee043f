import Foundation
import PV3D
import TestSupport
import Tensors
import Testing

@Suite struct CameraTests {
  @Test(arguments: OperationCase.all("LookAtPose")) func lookAt(_ record: OperationCase) throws {
    let cameras = try (record.parameters["hv_lookat_radius"]?.values ?? []).map { entry in
      let values = entry.values
      try #require(values.count == 4)
      let target = values[2].values.compactMap(\.double)
      return try Camera.lookAt(
        h: #require(values[0].double), v: #require(values[1].double),
        target: SIMD3(target[0], target[1], target[2]), radius: #require(values[3].double))
    }
    let labels = try Camera.tensor(cameras)
    try record.check(labels.sliced(1, 0..<16).reshaped(-1, 4, 4), "cam2world")
  }

  @Test(arguments: OperationCase.all("cam_hflip")) func mirrored(_ record: OperationCase) throws {
    let labels = try record("c")
    let values = try labels.floats()
    let cameras = (0..<labels.shape[0]).map {
      Camera(label: Array(values[$0 * 25..<$0 * 25 + 25])).mirrored
    }
    try record.check(Camera.tensor(cameras), "c_flipped", within: 0)
  }

  @Test func canonicalCameraLooksStraightAtTheFace() {
    let camera = Camera.canonical
    let distance = Camera.pivot.z + Camera.radius
    let wanted: [Float] = [1, 0, 0, 0, 0, -1, 0, 0, 0, 0, -1, distance, 0, 0, 0, 1]
    for (ours, theirs) in zip(camera.label, wanted) { #expect(abs(ours - theirs) < 1e-6) }
  }

  @Test(arguments: [(0.3, 0.1), (-0.7, -0.25), (1.2, 0.4)] as [(Float, Float)])
  func yawAndPitchAreReadBack(_ yaw: Float, _ pitch: Float) {
    let camera = Camera(yaw: yaw, pitch: pitch, roll: 0.2)
    #expect(abs(camera.yaw - yaw) < 1e-5)
    #expect(abs(camera.pitch - pitch) < 1e-5)
    #expect(camera.position.x * yaw > 0)
    #expect(camera.position.y * pitch > 0)
  }

  @Test(arguments: [(0.0, 0.0, 0.0), (0.5, -0.3, 0.2)] as [(Float, Float, Float)])
  func rotationIsOrthonormalAndRightHanded(_ yaw: Float, _ pitch: Float, _ roll: Float) {
    let label = Camera(yaw: yaw, pitch: pitch, roll: roll).label
    let columns = (0..<3).map { SIMD3(label[$0], label[4 + $0], label[8 + $0]) }
    for (row, a) in columns.enumerated() {
      for (column, b) in columns.enumerated() {
        #expect(abs((a * b).sum() - (row == column ? 1 : 0)) < 1e-6)
      }
    }
    let (x, y) = (columns[0], columns[1])
    let cross = SIMD3(
      x.y * y.z - x.z * y.y, x.z * y.x - x.x * y.z, x.x * y.y - x.y * y.x)
    #expect(abs((cross * columns[2]).sum() - 1) < 1e-6)
  }

  @Test func mirroringTwiceChangesNothing() {
    let camera = Camera(yaw: 0.4, pitch: 0.1, roll: 0.3)
    #expect(camera.mirrored.mirrored == camera)
    #expect(abs(camera.mirrored.yaw + 0.4) < 1e-6)
    #expect(abs(camera.mirrored.pitch - 0.1) < 1e-6)
  }
}
