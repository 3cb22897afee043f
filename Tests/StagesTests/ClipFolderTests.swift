import Foundation
import Media
import PV3D
import Stages
import TestSupport
import Tensors
import Testing

/// Pairs out of a folder whose every frame is known.
@Suite struct ClipFolderTests {
  private let clips: KnownClips

  init() throws { clips = try KnownClips() }

  private func folder(
    batch: Int = 3, seed: UInt64 = 1, mirrored: Double = 0
  ) throws -> ClipFolder {
    try ClipFolder(
      path: clips.path, side: 32, batch: batch, seed: seed, mirrored: mirrored)
  }

  /// What one frame of a pair says of itself.
  private struct Seen: Equatable {
    let clip, frame, cameraClip, cameraFrame: Int
    let time: Float
  }

  private func seen(_ pairs: FramePairs) throws -> [Seen] {
    let frames = try pairs.frames.reshaped(-1, 3, 32, 32).selected(1, 0)
    let places = try pairs.labels.reshaped(-1, 25).selected(1, 3).floats()
    let times = try pairs.time.floats()
    return try (0..<2 * pairs.count).map { index in
      let row = try frames.selected(0, index).selected(0, 16).floats().map { ($0 + 1) * 127.5 }
      return Seen(
        clip: Int(((row[28] - 40) / 60).rounded()), frame: Int(((row[4] - 20) / 5).rounded()),
        cameraClip: Int(places[index] / 100), cameraFrame: Int(places[index]) % 100,
        time: times[index])
    }
  }

  @Test func framesAndCamerasBelongTogether() throws {
    let folder = try folder()
    var offsets: Set<Int> = []
    for update in 0..<12 {
      let pairs = try folder.pairs(BatchPlaces(of: 3), update: update)
      #expect(pairs.frames.shape == [3, 2, 3, 32, 32])
      #expect(pairs.labels.shape == [3, 2, 25])
      let seen = try seen(pairs)
      for index in stride(from: 0, to: 6, by: 2) {
        let (one, other) = (seen[index], seen[index + 1])
        #expect(one.clip == one.cameraClip && one.frame == one.cameraFrame, "\(one)")
        #expect(other.clip == one.clip && other.frame == other.cameraFrame, "\(other)")
        let gap = Double(other.time - one.time) * 15
        #expect(abs(gap - Double(other.frame - one.frame)) < 1e-4)
        offsets.insert(one.frame - Int((one.time * 15).rounded()))
      }
      #expect(Set(seen.map(\.clip)) == [0, 1, 2], "a round shows every clip")
    }
    #expect(offsets.allSatisfy { (0..<KnownClips.frames - 17).contains($0) })
    #expect(offsets.count > 5)
  }

  @Test func generatorsCamerasAreTwoOfAWindow() throws {
    let folder = try folder()
    for phase in AdversarialTraining.Phase.allCases {
      let labels = try folder.cameras(BatchPlaces(of: 3), update: 7, phase: phase)
      #expect(labels.shape == [3, 2, 25])
      let places = try labels.reshaped(-1, 25).selected(1, 3).floats()
      for pair in 0..<3 {
        let gap = places[2 * pair + 1] - places[2 * pair]
        #expect((0...15).contains(gap), "both frames are of one window of one clip")
      }
    }
    let main = try folder.cameras(BatchPlaces(of: 3), update: 7, phase: .generatorMain).floats()
    let other = try folder.cameras(BatchPlaces(of: 3), update: 7, phase: .discriminatorMain)
    #expect(try other.floats() != main)
  }

  @Test func aBatchFollowsFromSeedUpdateAndPlace() throws {
    let (one, same, other) = (try folder(batch: 2), try folder(batch: 2), try folder(seed: 2))
    _ = try one.pairs(BatchPlaces(of: 2), update: 3)
    let whole = try one.pairs(BatchPlaces(of: 2), update: 4)
    #expect(try same.pairs(BatchPlaces(of: 2), update: 4).frames.floats() == whole.frames.floats())
    #expect(
      try other.pairs(BatchPlaces(of: 2), update: 4).labels.floats() != whole.labels.floats())
    let parts = try FramePairs(
      concatenating: (0..<2).map {
        try one.pairs(BatchPlaces(of: 2, rank: $0, ranks: 2), update: 4)
      })
    #expect(try parts.frames.floats() == whole.frames.floats())
    #expect(try parts.labels.floats() == whole.labels.floats())
  }

  @Test func mirroredPairsHaveMirroredCameras() throws {
    let (plain, mirror) = (try folder(), try folder(mirrored: 1))
    let (one, other) = (
      try plain.pairs(BatchPlaces(of: 3), update: 2),
      try mirror.pairs(BatchPlaces(of: 3), update: 2)
    )
    let wanted = try one.mirrored()
    try expectClose(other.frames, wanted.frames, within: 1e-5)
    #expect(try other.labels.floats() == wanted.labels.floats())
  }

  @Test func camerasEndWithTheirLast() throws {
    for (index, name) in KnownClips.names.enumerated() { try clips.cameras(index, name, count: 1) }
    let seen = try seen(folder().pairs(BatchPlaces(of: 3), update: 0))
    #expect(seen.allSatisfy { $0.cameraFrame == 0 && $0.cameraClip == $0.clip })
  }

  private func message(_ spoil: () throws -> Void) throws -> String {
    try spoil()
    do {
      _ = try folder()
      return "no error"
    } catch {
      return "\(error)".replacingOccurrences(of: clips.path, with: "…")
    }
  }

  @Test func whatIsWrongIsSaidInOneSentence() throws {
    #expect(
      try message { try clips.film(1, "second", frames: 12) }
        == "…/recrop_faces/second.mp4: must have at least 16 frames, not 12")
    #expect(
      try message { try clips.write("[[\"0\", [1, 2, 3]]]", "smoothed_camera2world/first.json") }
        == "…/smoothed_camera2world/first.json: /0/1 must be 25 numbers, not 3")
    var numbers = (0..<25).map { "\($0)" }
    numbers[7] = "\"x\""
    let label = numbers.joined(separator: ",")
    #expect(
      try message { try clips.write("[[0, [\(label)]]]", "smoothed_camera2world/first.json") }
        == "…/smoothed_camera2world/first.json: /0/1/7 must be a number, not \"x\"")
    #expect(
      try message {
        try FileManager.default.removeItem(
          atPath: clips.workshop.path("smoothed_camera2world/first.json"))
      } == "…/voxceleb.list: entry 1: there is no …/smoothed_camera2world/first.json")
    #expect(
      try message { try clips.write("\n", "voxceleb.list") } == "…/voxceleb.list: names no clip")
    #expect(
      try message {
        try FileManager.default.removeItem(atPath: clips.workshop.path("voxceleb.list"))
      }
        == "…/voxceleb.list: the list of clips cannot be read")
  }
}
