import Foundation
import Media
import PV3D
import Pipeline
import Stages
import Tensors
import TestSupport
import Testing

/// Lets the tests of a suite share one run over the scenes.
struct SharedFootage: SuiteTrait, TestScoping {
  /// The scenes and what the stage made of them.
  struct Outcome: Sendable {
    let scenes: FootageScenes
    let output: URL
    let report: DatasetReport

    func video(_ file: String) throws -> SourceReport {
      try #require(report.videos.first { $0.file == file })
    }
  }

  @TaskLocal static var outcome: Outcome?

  @concurrent func provideScope(
    for test: Test, testCase: Test.Case?,
    performing function: @concurrent @Sendable () async throws -> Void
  ) async throws {
    let shop = try Workshop("dataset")
    let scenes = try FootageScenes(folder: shop.folder.appendingPathComponent("scenes"))
    let report = try await TrainingClipsTests.run(
      TrainingClipsTests.stage(), scenes.folder.path, in: shop)
    let outcome = Outcome(
      scenes: scenes, output: shop.folder.appendingPathComponent("out"), report: report)
    try await Self.$outcome.withValue(outcome) { try await function() }
    withExtendedLifetime(shop) {}
  }
}

@Suite(SharedFootage()) struct TrainingClipsTests {
  let outcome: SharedFootage.Outcome

  init() throws { outcome = try #require(SharedFootage.outcome) }

  static func stage(_ path: String = "out") -> TrainingClips {
    var stage = TrainingClips(path: path)
    stage.size = 64
    return stage
  }

  /// Runs both stages and reads the report.
  static func run(
    _ stage: TrainingClips, _ source: String, count: Int? = nil, in shop: Workshop,
    notes: Notes = Notes()
  ) async throws -> DatasetReport {
    let context = RunContext(folder: shop.folder) { notes.take($0) }
    let found = try await FindFootage(path: source, count: count).run(Ports(), in: context)
    let ports = Ports(TrainingClips.footage, found[FindFootage.footage])
    _ = try await stage.run(ports, in: context)
    let data = try Data(contentsOf: URL(fileURLWithPath: shop.path("\(stage.path)/report.json")))
    return try JSONDecoder().decode(DatasetReport.self, from: data)
  }

  static func lines(_ url: URL) throws -> [String] {
    try String(contentsOf: url, encoding: .utf8).split(separator: "\n").map(String.init)
  }

  @Test func filesAreReadInTheOrderOfTheirNames() async throws {
    #expect(
      outcome.report.videos.map(\.file) == [
        "actor.mkv", "blurred.mkv", "cut.mkv", "empty.mkv", "gap.mkv", "notes.txt", "tiny.mkv",
        "torn.mp4",
      ])
    #expect(outcome.report.videos.map(\.frames) == [40, 48, 40, 20, 40, 0, 18, 0])
  }

  @Test(
    arguments: [
      ("actor.mkv", [0..<40], []),
      ("blurred.mkv", [0..<20, 28..<48], [.blurred]),
      ("cut.mkv", [0..<20], [.still]),
      ("empty.mkv", [], [.faceless]),
      ("gap.mkv", [0..<20, 23..<40], [.faceless]),
      ("notes.txt", [], [.unreadable]),
      ("tiny.mkv", [], [.small]),
      ("torn.mp4", [], [.unreadable]),
    ] as [(String, [Range<Int>], [Rejection.Reason])])
  func clipsAreTheStretchesThatAreGood(
    _ file: String, _ clips: [Range<Int>], _ reasons: [Rejection.Reason]
  ) async throws {
    let video = try outcome.video(file)
    #expect(video.clips.map { $0.first..<$0.first + $0.count } == clips)
    #expect(video.rejected.map(\.reason) == reasons, "\(video.rejected)")
  }

  @Test func aRejectionTellsWhatWasFoundAndWhatIsWanted() async throws {
    let blurred = try #require(try outcome.video("blurred.mkv").rejected.first)
    #expect(blurred.first == 20 && blurred.count == 8 && blurred.wanted == 40)
    #expect(try #require(blurred.found) < 20)
    let sharp = try outcome.video("blurred.mkv").clips.map(\.sharpness.lowerBound)
    #expect(sharp.allSatisfy { $0 > 60 }, "\(sharp)")
    let small = try #require(try outcome.video("tiny.mkv").rejected.first)
    #expect(small.first == 0 && small.count == 18 && small.wanted == 80)
    let whole = try #require(try outcome.video("actor.mkv").clips.first).faceSize
    #expect(abs(try #require(small.found) - whole.lowerBound / 2) < 4, "\(whole)")
    let still = try #require(try outcome.video("cut.mkv").rejected.first)
    #expect(still.first == 20 && still.count == 20 && still.wanted == 0.15)
    #expect(try #require(still.found) < 0.15)
    #expect(try outcome.video("cut.mkv").cuts.map(\.frame) == [20])
    let empty = try #require(try outcome.video("empty.mkv").rejected.first)
    #expect(empty.first == 0 && empty.count == 20)
    let gap = try #require(try outcome.video("gap.mkv").rejected.first)
    #expect(gap.first == 20 && gap.count == 3)
    let torn = try #require(try outcome.video("torn.mp4").rejected.first?.message)
    #expect(torn.hasPrefix("is truncated"), "\(torn)")
    let notes = try #require(try outcome.video("notes.txt").rejected.first?.message)
    #expect(notes.hasPrefix("is not a media file"), "\(notes)")
  }

  @Test func theLayoutIsTheOneThatPV3DIsTrainedFrom() async throws {
    let names = try Self.lines(outcome.output.appendingPathComponent("voxceleb.list"))
    #expect(
      names == [
        "actor_000000.mp4", "blurred_000000.mp4", "blurred_000028.mp4", "cut_000000.mp4",
        "gap_000000.mp4", "gap_000023.mp4",
      ])
    let clips = outcome.report.videos.flatMap(\.clips)
    for (name, clip) in zip(names, clips) {
      let reader = try VideoReader(
        path: outcome.output.appendingPathComponent("recrop_faces/\(name)").path)
      var times: [MediaTime] = []
      while let frame = try reader.next() { times.append(frame.time) }
      #expect(times == (0..<clip.count).map { MediaTime(Int64($0), 25) })
      #expect(reader.width == 64 && reader.height == 64 && !reader.hasAudio)
      let url = outcome.output.appendingPathComponent(
        "smoothed_camera2world/\(name.dropLast(4)).json")
      let list = try JSONSerialization.jsonObject(with: Data(contentsOf: url)) as? [[Any]]
      let entries = try #require(list)
      #expect(entries.compactMap { $0[0] as? Int } == Array(clip.first..<clip.first + clip.count))
      for entry in entries { try expectCamera(#require(entry[1] as? [Double])) }
    }
  }

  /// That numbers are a camera of PV3D's kind.
  private func expectCamera(_ label: [Double]) throws {
    #expect(label.count == 25)
    let rows = (0..<3).map { SIMD3(label[4 * $0], label[4 * $0 + 1], label[4 * $0 + 2]) }
    for (index, row) in rows.enumerated() {
      for (other, column) in rows.enumerated() {
        #expect(abs((row * column).sum() - (index == other ? 1 : 0)) < 1e-5)
      }
    }
    let (x, y) = (rows[0], rows[1])
    let cross = SIMD3(
      x.y * y.z - x.z * y.y, x.z * y.x - x.x * y.z, x.x * y.y - x.y * y.x)
    #expect((cross * rows[2]).sum() > 0.999)
    let arm = SIMD3(label[3], label[7], label[11] - 0.2)
    #expect(abs((arm * arm).sum().squareRoot() - 2.7) < 0.15)
    #expect(Array(label[12..<16]) == [0, 0, 0, 1])
    let focal = label[16]
    #expect(abs(focal - 4.2647) < 1e-6)
    #expect(Array(label[16...]) == [focal, 0, 0.5, 0, focal, 0.5, 0, 0, 1])
  }

  @Test func trainingReadsItsPairsFromTheFolder() async throws {
    let folder = try ClipFolder(path: outcome.output.path, side: 32, batch: 4, seed: 3)
    #expect(folder.count == 6)
    let pairs = try folder.pairs(BatchPlaces(of: 4), update: 0)
    #expect(pairs.frames.shape == [4, 2, 3, 32, 32])
    #expect(pairs.labels.shape == [4, 2, 25])
  }

  @Test func theReportIsReadByPeopleToo() async throws {
    let lines = try Self.lines(outcome.output.appendingPathComponent("report.md"))
    #expect(lines.contains("6 clips of 4 of 8 videos: 137 of 206 frames."))
    #expect(lines.contains("| faceless | 2 | 23 |"))
    #expect(lines.contains("- frames 20–22 faceless: no face is found"))
    #expect(lines.contains { $0.hasPrefix("| gap_000023 | 23–39 | ") })
    #expect(lines.contains { $0.hasPrefix("- frames 20–27 blurred: sharpness is ") })
  }
}
