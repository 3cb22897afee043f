import Faces
import Foundation
import Testing

@Suite struct HeadPoseTests {
  let solver: PoseSolver
  let degree = Double.pi / 180

  init() throws { solver = PoseSolver(try CanonicalFace()) }

  /// The canonical face as a camera sees it through a crop.
  private func face(_ pose: HeadPose, through crop: CropFrame) -> Face {
    Face(
      points: solver.face.points.map {
        let pixel = crop.pixel(pose.projected($0))
        return SIMD3(pixel.x, pixel.y, pose.seen($0).z * crop.side)
      }, confidence: 1)
  }

  @Test func thePoseOfExactProjectionsIsFound() {
    for yaw in [-45.0, -20, 0, 10, 35] {
      for pitch in [-20.0, 0, 15] {
        for roll in [-10.0, 0, 25] {
          let truth = HeadPose(
            yaw: yaw * degree, pitch: pitch * degree, roll: roll * degree,
            pivot: SIMD3(0.03, -0.02, 2.5))
          let places = solver.face.support.map { truth.projected($0.point) }
          let (pose, residual) = solver.pose(places: places)
          #expect(residual < 1e-9)
          #expect(abs(pose.yaw - truth.yaw) < 1e-6)
          #expect(abs(pose.pitch - truth.pitch) < 1e-6)
          #expect(abs(pose.roll - truth.roll) < 1e-6)
          #expect(gap(pose.pivot, truth.pivot) < 1e-6)
        }
      }
    }
  }

  @Test func theCanonicalCameraHasPV3DsLabel() {
    let expected: [Float] = [
      1, 0, 0, 0, 0, -1, 0, 0, 0, 0, -1, 2.9, 0, 0, 0, 1, 4.2647, 0, 0.5, 0, 4.2647, 0.5, 0, 0, 1,
    ]
    for (ours, wanted) in zip(HeadPose().label, expected) { #expect(abs(ours - wanted) < 1e-6) }
  }

  @Test func aCameraOnTheHeadsLeftAndAboveStandsAtPositiveXAndY() {
    let position = HeadPose(yaw: 30 * degree, pitch: 10 * degree).position
    let wanted = SIMD3(
      2.7 * sin(30 * degree) * cos(10 * degree), 2.7 * sin(10 * degree),
      0.2 + 2.7 * cos(30 * degree) * cos(10 * degree))
    #expect(gap(position, wanted) < 1e-12)
  }

  @Test func framingFindsTheCropThroughWhichAFaceWasSeen() throws {
    let framing = HeadFraming(solver)
    for (yaw, pitch) in [(0.0, 0.0), (25, -10), (-40, 12)] {
      let truth = HeadPose(yaw: yaw * degree, pitch: pitch * degree)
      let crop = CropFrame(center: SIMD2(311, 207), side: 283, roll: 0.2)
      let framed = framing.framed(face(truth, through: crop))
      #expect(gap(framed.crop.center, crop.center) < 1e-3)
      #expect(abs(framed.crop.side - crop.side) < 1e-3)
      #expect(abs(framed.crop.roll - crop.roll) < 1e-5)
      #expect(abs(framed.pose.yaw - truth.yaw) < 1e-5)
      #expect(abs(framed.pose.pitch - truth.pitch) < 1e-5)
      #expect(abs(framed.pose.roll) < 1e-5)
      #expect(gap(framed.pose.pivot, SIMD3(0, 0, 2.7)) < 1e-5)
    }
  }

  @Test func aCropThatStaysUprightLeavesTheRollInThePose() {
    let crop = CropFrame(center: SIMD2(311, 207), side: 283, roll: 0.2)
    let framed = HeadFraming(solver, leveling: .picture).framed(face(HeadPose(), through: crop))
    #expect(framed.crop.roll == 0)
    #expect(abs(framed.crop.side - crop.side) < 1e-3)
    #expect(abs(framed.pose.roll + 0.2) < 1e-5)
  }

  @Test func aFrontalFaceIsFramedAsInPV3DsData() {
    let framed = HeadFraming(solver).framed(
      face(HeadPose(), through: CropFrame(center: SIMD2(90, 80), side: 130)))
    func place(_ landmarks: [Int]) -> SIMD2<Double> {
      landmarks.map { framed.pose.projected(solver.face.points[$0]) }.reduce(.zero, +)
        / Double(landmarks.count)
    }
    let (right, left) = (place([33, 133]), place([362, 263]))
    let mouth = place([61, 291])
    #expect(abs((right.y + left.y) / 2 - 0.3685) < 0.012)
    #expect(abs(mouth.y - 0.65) < 0.012)
    #expect(abs(left.x - right.x - 0.263) < 0.015)
    #expect(abs((right.x + left.x) / 2 - 0.5) < 0.015)
  }
}
