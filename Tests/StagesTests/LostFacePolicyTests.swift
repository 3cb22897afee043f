import Faces
import Media
import Stages
import Testing

@Suite struct LostFacePolicyTests {
  /// Frames with crops around the given x, or without a face.
  static func frames(_ centers: [Double?]) -> [SeenFrame] {
    centers.enumerated().map { index, x in
      SeenFrame(
        index: index, time: MediaTime(Int64(index), 25),
        framed: x.map {
          FramedFace(
            face: Face(points: [SIMD3($0, 0, 0)], confidence: 0.9),
            crop: CropFrame(center: SIMD2($0, 5), side: 10 * $0))
        })
    }
  }

  @Test(
    arguments: [
      (.hold, [1, 1, 1, 4, 4], [0, 1, 2, 3, 4]),
      (.interpolate, [1, 2, 3, 4, 4], [0, 1, 2, 3, 4]),
      (.skip, [1, 4], [0, 3]),
    ] as [(LostFacePolicy, [Double], [Int])])
  func lostFacesAreReplaced(_ policy: LostFacePolicy, _ centers: [Double], _ indices: [Int])
    throws
  {
    let entries = try policy.filled(Self.frames([1, nil, nil, 4, nil]))
    #expect(entries.map(\.crop.centerX) == centers)
    #expect(entries.map(\.crop.side) == centers.map { 10 * $0 })
    #expect(try entries.map { try $0.landmarks.points[0].x } == centers)
    #expect(entries.map(\.sourceIndex) == indices)
  }

  @Test func theOriginOfEveryEntryIsTold() throws {
    let frames = Self.frames([nil, 2, nil, 4, nil])
    #expect(
      try LostFacePolicy.hold.filled(frames).map(\.origin) == [.held, .found, .held, .found, .held])
    #expect(
      try LostFacePolicy.interpolate.filled(frames).map(\.origin)
        == [.held, .found, .interpolated, .found, .held])
  }

  @Test func aTurnIsInterpolatedTheShortWay() {
    let left = FramedFace(
      face: Face(points: [], confidence: 1), crop: CropFrame(center: .zero, side: 1, roll: 3.1))
    let right = FramedFace(
      face: Face(points: [], confidence: 1), crop: CropFrame(center: .zero, side: 1, roll: -3.1))
    #expect(abs(abs(left.mixed(right, 0.5).crop.roll) - .pi) < 1e-12)
  }

  @Test func failNamesTheFrame() {
    let error = #expect(throws: FaceLost.self) {
      try LostFacePolicy.fail.filled(Self.frames([1, 2, nil, 4]))
    }
    #expect(error?.description == "frame 2: no face was found")
  }

  @Test(arguments: LostFacePolicy.allCases)
  func aVideoWithoutAnyFaceIsAnError(_ policy: LostFacePolicy) {
    let error = #expect(throws: FaceLost.self) { try policy.filled(Self.frames([nil, nil])) }
    #expect(error?.description == "no face was found in any of 2 frames")
  }
}
