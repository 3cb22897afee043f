import Foundation
import Media
import PV3D
import Pipeline
import Stages
import TestSupport
import Testing

/// Runs of the data set's stages one after another.
@Suite struct DatasetRunTests {
  let shop: Workshop

  init() throws { shop = try Workshop("dataset") }

  /// A folder with two videos of 36 frames.
  private func footage() throws -> String {
    let actor = try FootageScenes.actor(36)
    for name in ["a.mkv", "b.mkv"] {
      let path = shop.path("in/\(name)")
      try FileManager.default.createDirectory(
        atPath: shop.path("in"), withIntermediateDirectories: true)
      let writer = try VideoWriter(
        path: path, width: 256, height: 256, timeBase: Ratio(1, 25), frameRate: Ratio(25, 1),
        codec: .ffv1)
      for (index, frame) in actor.enumerated() {
        var frame = frame
        frame.time = MediaTime(Int64(index), 25)
        try writer.write(frame)
      }
      try writer.finish()
    }
    return shop.path("in")
  }

  private func changed(_ path: String) throws -> Date? {
    try FileManager.default.attributesOfItem(atPath: shop.path(path))[.modificationDate] as? Date
  }

  private var list: [String] {
    get throws {
      try TrainingClipsTests.lines(DatasetFolder(shop.folder.appendingPathComponent("out")).list)
    }
  }

  @Test func whatIsFinishedIsNotDoneAgainAndWhatChangedIs() async throws {
    let source = try footage()
    var stage = TrainingClipsTests.stage()
    stage.longest = 19
    let first = try await TrainingClipsTests.run(stage, source, in: shop)
    #expect(first.videos.map { $0.clips.map(\.first) } == [[0, 19], [0, 19]])
    #expect(first.videos[0].clips.map(\.count) == [19, 17])
    #expect(try list == ["a_000000.mp4", "a_000019.mp4", "b_000000.mp4", "b_000019.mp4"])

    // One clip is lost, so that its video is cut again; the other stays as it is.
    let kept = try changed("out/recrop_faces/b_000000.mp4")
    try FileManager.default.removeItem(atPath: shop.path("out/smoothed_camera2world/a_000019.json"))
    let notes = Notes()
    let second = try await TrainingClipsTests.run(stage, source, in: shop, notes: notes)
    #expect(second.videos == first.videos)
    #expect(notes.all == ["a.mkv: 2 clips, 36 of 36 frames"])
    #expect(try changed("out/recrop_faces/b_000000.mp4") == kept)
    #expect(
      FileManager.default.fileExists(atPath: shop.path("out/smoothed_camera2world/a_000019.json")))

    // With another parameter everything is cut again, and no clip of before stays behind.
    stage.longest = 17
    try FileManager.default.removeItem(atPath: shop.path("in/a.mkv"))
    let third = try await TrainingClipsTests.run(stage, source, in: shop)
    #expect(third.videos.map { $0.clips.map(\.first) } == [[0, 17]])
    #expect(
      third.videos[0].rejected == [
        Rejection(.short, first: 34, count: 2, found: 2, wanted: 17)
      ])
    #expect(try list == ["b_000000.mp4", "b_000017.mp4"])
    let files = try FileManager.default.contentsOfDirectory(atPath: shop.path("out/recrop_faces"))
    #expect(files.sorted() == ["b_000000.mp4", "b_000017.mp4"])
  }

  @Test func aClipIsWhatTheStagesGiveOfItsFramesAlone() async throws {
    var stage = TrainingClipsTests.stage()
    stage.longest = 19
    _ = try await TrainingClipsTests.run(stage, footage(), in: shop)
    let source = try await decoded(Decode(path: shop.path("in/a.mkv"), start: 19, count: 17))
    var crop = FaceCrop()
    crop.size = 64
    let (crops, track) = try await FaceCropTests.run(crop, source)
    let cameras = try await CameraEstimate().run(
      Ports(CameraEstimate.track, track), in: RunContext())[CameraEstimate.cameras]
    let output = DatasetFolder(shop.folder.appendingPathComponent("out"))
    let written = try JSONDecoder().decode(
      [JSON].self, from: Data(contentsOf: output.cameras("a_000019")))
    let labels = try written.map { entry in
      guard case .array(let parts) = entry else { return [Float]() }
      return try parts[1].decoded(as: [Float].self)
    }
    #expect(labels == cameras.cameras.map(\.label))
    let clip = try await collected(
      try await decoded(Decode(path: output.video("a_000019").path)))
    let wanted = try await collected(crops)
    #expect(clip.count == 17 && wanted.count == 17)
    for (ours, other) in zip(clip, wanted) {
      let error = zip(ours.pixels, other.pixels).reduce(0) { sum, pair in
        sum + (Int(pair.0) - Int(pair.1)) * (Int(pair.0) - Int(pair.1))
      }
      #expect(Double(error) / Double(ours.pixels.count) < 30, "frame \(ours.index)")
    }
  }

  @Test func aListOfAnotherOriginIsNotTouched() async throws {
    let source = try footage()
    try FileManager.default.createDirectory(
      atPath: shop.path("out"), withIntermediateDirectories: true)
    try Data("id1.mp4\n".utf8).write(to: URL(fileURLWithPath: shop.path("out/voxceleb.list")))
    let error = await #expect(throws: MediaError.self) {
      try await TrainingClipsTests.run(TrainingClipsTests.stage(), source, in: shop)
    }
    #expect(error?.message.hasPrefix("holds a voxceleb.list that was not made here") == true)
    #expect(try list == ["id1.mp4"])
  }

  @Test func aFileInPlaceOfTheFolderIsNamed() async throws {
    let source = try footage()
    try Data().write(to: URL(fileURLWithPath: shop.path("out")))
    let error = await #expect(throws: MediaError.self) {
      try await TrainingClipsTests.run(TrainingClipsTests.stage(), source, in: shop)
    }
    #expect(error?.description == "\(shop.path("out")): is a file, not a folder")
  }

  @Test(.enabled(if: Shared.has("clips/video")))
  func portraitClipsGiveAClipEach() async throws {
    let source = Shared.folder.appendingPathComponent("clips/video").path
    let report = try await TrainingClipsTests.run(
      TrainingClipsTests.stage(), source, count: 17, in: shop)
    #expect(report.videos.count == 10)
    for video in report.videos { #expect(video.clips.map(\.count) == [17], "\(video.file)") }
  }

  @Test(.enabled(if: Shared.has("clips/noface")))
  func animalsAreRejectedAsFaceless() async throws {
    let source = Shared.folder.appendingPathComponent("clips/noface").path
    let report = try await TrainingClipsTests.run(TrainingClipsTests.stage(), source, in: shop)
    #expect(report.videos.count == 3)
    for video in report.videos {
      #expect(video.rejected == [Rejection(.faceless, first: 0, count: 1)], "\(video.file)")
    }
    #expect(try list == [])
  }
}
