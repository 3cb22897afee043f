import Faces
import Foundation
import Media
import PV3D
import Pipeline
import Stages
import TestSupport
import Testing

@Suite struct FaceCropTests {
  /// The crops and the track of a clip's first frames.
  static func run(_ stage: FaceCrop, _ frames: Frames) async throws -> (Frames, FaceTrack) {
    let ports = try await stage.run(Ports(FaceCrop.frames, frames), in: RunContext())
    return (ports[FaceCrop.crops], ports[FaceCrop.track])
  }

  static func clip(count: Int) async throws -> Frames {
    let path = Shared.folder.appendingPathComponent("clips/video/d10.mp4").path
    return try await decoded(Decode(path: path, count: count))
  }

  @Test(.enabled(if: Shared.has("clips/video/d10.mp4")))
  func facesAreFramedAsPV3DFramesThem() async throws {
    var stage = FaceCrop()
    stage.size = 128
    let source = try await Self.clip(count: 6)
    let (crops, track) = try await Self.run(stage, source)
    #expect(track.entries.count == 6)
    #expect(track.entries.allSatisfy { $0.origin == .found })
    for entry in track.entries {
      let places = try entry.landmarks.points.map { entry.crop.place(SIMD2($0.x, $0.y)) }
      let eyes = [33, 133, 362, 263].map { places[$0] }.reduce(.zero, +) / 4
      let mouth = (places[61] + places[291]) / 2
      #expect(abs(eyes.x - 0.5) < 0.05 && abs(eyes.y - 0.37) < 0.05, "eyes at \(eyes)")
      #expect(abs(mouth.x - 0.5) < 0.05 && abs(mouth.y - 0.65) < 0.05, "mouth at \(mouth)")
    }
    let frames = try await collected(crops)
    #expect(frames.map(\.width) == Array(repeating: 128, count: 6))
    #expect(try await frames.map(\.time) == collected(source).map(\.time))
    #expect(frames.map(\.index) == Array(0..<6))
  }

  @Test(.enabled(if: Shared.has("clips/video/d10.mp4")))
  func camerasStandInFrontOfTheFace() async throws {
    let (_, track) = try await Self.run(FaceCrop(), try await Self.clip(count: 4))
    let ports = try await CameraEstimate().run(
      Ports(CameraEstimate.track, track), in: RunContext())
    let cameras = ports[CameraEstimate.cameras]
    #expect(cameras.times == track.entries.map(\.time))
    for camera in cameras.cameras {
      #expect(camera.label.count == 25)
      #expect(abs(camera.yaw) < 0.5 && abs(camera.pitch) < 0.5)
      let offset = camera.position - Camera.pivot
      #expect(abs((offset * offset).sum().squareRoot() - 2.7) < 0.1)
    }
  }

  @Test(.enabled(if: Shared.has("clips/video/d10.mp4")))
  func aFrameThatIsCoveredHoldsTheLastCrop() async throws {
    let source = try await Self.clip(count: 5).eachFrame { frame in
      var frame = frame
      if frame.index == 3 { frame.pixels = [UInt8](repeating: 90, count: frame.pixels.count) }
      return frame
    }
    var stage = FaceCrop()
    stage.smoothing = 0
    stage.size = 64
    let (crops, track) = try await Self.run(stage, source)
    #expect(track.entries.map(\.origin) == [.found, .found, .found, .held, .found])
    #expect(track.entries[3].crop == track.entries[2].crop)
    #expect(try await collected(crops).count == 5)
    stage.lost = .skip
    let (fewer, shorter) = try await Self.run(stage, source)
    #expect(shorter.entries.map(\.sourceIndex) == [0, 1, 2, 4])
    #expect(try await collected(fewer).map(\.index) == [0, 1, 2, 3])
  }

  @Test func aFaceThatIsNotThereIsNamedByItsNumber() async throws {
    var stage = FaceCrop()
    (stage.rule, stage.index) = (.index, 3)
    let portrait = Shared.root.appendingPathComponent("examples/portrait.jpg").path
    let frames = try await decoded(Decode(path: portrait))
    await #expect {
      _ = try await Self.run(stage, frames)
    } throws: {
      "\($0)" == "no frame has a face number 3: 'index' counts from 0, from the left"
    }
    stage.index = 0
    #expect(try await Self.run(stage, frames).1.entries.count == 1)
  }

  @Test func aTrackIsTheSameAfterJSON() throws {
    let entry = FaceTrack.Entry(
      sourceIndex: 3, time: MediaTime(3, 25), origin: .interpolated,
      crop: CropFrame(center: SIMD2(10.5, 20.25), side: 100, roll: 0.125),
      landmarks: Landmarks([SIMD3(1, 2, 3)]), confidence: 0.75)
    let track = FaceTrack([entry], width: 640, height: 480, rate: Ratio(25, 1))
    let data = try JSONEncoder().encode(track)
    #expect(try JSONDecoder().decode(FaceTrack.self, from: data) == track)
  }

  @Test func aVideoWithoutAFaceIsAnError() async throws {
    let frames = Frames(synthetic(count: 2), rate: Ratio(25, 1))
    let error = await #expect(throws: FaceLost.self) {
      try await Self.run(FaceCrop(), frames)
    }
    #expect(error?.description == "no face was found in any of 2 frames")
  }
}
