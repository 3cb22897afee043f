import Foundation
import Media
import PV3D
import Pipeline
import Stages
import TestSupport
import Tensors
import Testing

/// Whole trainings of a few thousand numbers on clips that are known.
@Suite struct TrainerTests {
  private let clips: KnownClips

  init() throws {
    // Sums of more threads come in another order, and another test may set their number meanwhile.
    Torch.threads = 1
    clips = try KnownClips()
    try clips.realCameras()
  }

  private func config(_ out: String, _ more: String = "") throws -> TrainingConfig {
    let text = """
      {"data": {"clips": "."}, "out": "\(out)", "model": "tiny", "batch": 4, "updates": 40,
       "discriminators": {"mappingLayers": 2}, "schedule": {"blurSigma": 0},
       "rates": {"generator": 0.001}, "checkpointEvery": 20, "sheetEvery": 20\(more)}
      """
    return try TrainingConfig(text: text, folder: clips.workshop.folder)
  }

  private func trained(
    _ config: TrainingConfig, resuming: Bool = false, until: Int? = nil
  ) async throws -> [TrainingLog.Line] {
    var trainer = try Trainer(config, resuming: resuming)
    var lines: [TrainingLog.Line] = []
    try await trainer.run(until: until) { lines.append($0) }
    return lines
  }

  private func logged(_ folder: TrainingFolder) throws -> [TrainingLog.Line] {
    try String(contentsOfFile: folder.log, encoding: .utf8).split(separator: "\n").map {
      try JSONDecoder().decode(TrainingLog.Line.self, from: Data($0.utf8))
    }
  }

  @Test func aTrainingThatDivergesStopsAndKeepsNothingOfIt() async throws {
    var config = try config("diverged")
    config.rates.generator = 1e30
    let folder = TrainingFolder(config.out)
    var sentence = ""
    do { _ = try await trained(config) } catch { sentence = "\(error)" }
    let stopped = try #require(sentence.firstMatch(of: /^update ([0-9]+): '.*' is .*nan.*rates/)).1
    #expect(Int(stopped)! < 10, "\(sentence)")
    #expect(try logged(folder).count == Int(stopped)! - 1)
    #expect(!folder.hasCheckpoint && !FileManager.default.fileExists(atPath: folder.model))
  }

  @Test func aLostCheckpointIsNotBegunAnew() async throws {
    let config = try config("lost")
    let folder = TrainingFolder(config.out)
    _ = try await trained(config, until: 21)
    try FileManager.default.removeItem(atPath: folder.checkpoint)
    let log = try String(contentsOfFile: folder.log, encoding: .utf8)
    #expect {
      _ = try Trainer(config, resuming: true)
    } throws: {
      "\($0)".contains("tells of 21 updates; put it back")
    }
    #expect(try String(contentsOfFile: folder.log, encoding: .utf8) == log)
    // Killed before the first checkpoint there is none to miss.
    let first = log.split(separator: "\n").prefix(20).map { "\($0)\n" }.joined()
    try first.write(toFile: folder.log, atomically: true, encoding: .utf8)
    _ = try Trainer(config, resuming: true)
  }

  @Test func discriminatorsLearnToTellClipsFromTheGenerator() async throws {
    let config = try config("out")
    let lines = try await trained(config)
    #expect(lines.map(\.update) == Array(1...40))
    #expect(lines.map(\.samples) == (1...40).map { 4 * $0 })
    let folder = TrainingFolder(config.out)
    #expect(try logged(folder) == lines)
    func mean(_ lines: ArraySlice<TrainingLog.Line>, _ value: (TrainingLog.Line) -> Float?)
      -> Float
    { lines.compactMap(value).reduce(0, +) / Float(lines.count) }
    for value in [\TrainingLog.Line.dmain_image, \.dmain_video] {
      let (start, end) = (
        mean(lines[..<5]) { $0[keyPath: value] }, mean(lines[35...]) { $0[keyPath: value] }
      )
      #expect(end.isFinite && end < 0.9 * start, "from \(start) to \(end)")
    }
    #expect(lines.allSatisfy { $0.gmain_image?.isFinite ?? false })
    for (index, line) in lines.enumerated() {
      #expect((line.greg != nil) == (index % 4 == 0), "density every fourth update")
      #expect((line.r1_image != nil) == (index % 16 == 0), "R1 every sixteenth update")
      #expect(line.sign_real_image.map { abs($0) <= 1 } ?? false)
    }
    for updates in [0, 20, 40] {
      let sheet = try ImageFile.read(folder.sheet(updates))
      #expect(sheet.width == 5 * 34 + 2 && sheet.height == 4 * 34 + 2)
    }
    let names = try FileManager.default.contentsOfDirectory(atPath: config.out).sorted()
    #expect(
      names == [
        "checkpoint.safetensors", "config.json", "index.html", "log.jsonl", "losses.png",
        "model.safetensors", "sheets",
      ])
  }

  /// All tensors of two checkpoints.
  private func expectSame(_ one: TrainingConfig, _ other: TrainingConfig) throws {
    let (a, b) = try (
      Safetensors(path: TrainingFolder(one.out).checkpoint),
      Safetensors(path: TrainingFolder(other.out).checkpoint)
    )
    #expect(Set(a.entries.keys) == Set(b.entries.keys))
    #expect(a.entries.count > 400)
    for name in a.entries.keys { #expect(try a.floats(name) == b.floats(name), "\(name)") }
    for key in ["updates", "samples", "steps"] { #expect(a.metadata[key] == b.metadata[key]) }
  }

  @Test func trainingInPartsMakesTheSameNumbers() async throws {
    let (whole, parts) = (try config("whole"), try config("parts"))
    let lines = try await trained(whole, until: 9)
    var found = try await trained(parts, until: 5)
    found += try await trained(parts, resuming: true, until: 9)
    try expectSame(whole, parts)
    #expect(found.map(\.gmain_image) == lines.map(\.gmain_image))
    #expect(try logged(TrainingFolder(parts.out)).map(\.update) == Array(1...9))
  }

  @Test func modelIsTheAverageAndCanBeStartedFrom() async throws {
    let first = try config("first")
    _ = try await trained(first, until: 2)
    let folder = TrainingFolder(first.out)
    let model = try ModelArtifact(path: folder.model)
    #expect(model.config == first.model)
    let stored = try Safetensors(path: folder.checkpoint).tensors(removing: "generator_ema.")
    for (name, tensor) in model.generator.parameters {
      try expectClose(tensor, #require(stored[name]), within: 1e-3, name)
    }
    let text = """
      {"data": {"clips": "."}, "out": "second", "from": "first/model.safetensors", "batch": 4,
       "updates": 1, "sheetEvery": 0, "discriminators": {"mappingLayers": 2},
       "freeze": ["generator.backbone.mapping", "img_discriminator.b32"]}
      """
    let second = try TrainingConfig(text: text, folder: clips.workshop.folder)
    #expect(second.model == first.model)
    _ = try await trained(second)
    let after = try Safetensors(path: TrainingFolder(second.out).checkpoint)
    var (held, moved) = (0, 0)
    for (name, tensor) in model.generator.parameters {
      let now = try after.floats("generator.\(name)")
      let isFrozen = name.hasPrefix("backbone.mapping")
      #expect(try !isFrozen || now == tensor.floats(), "\(name)")
      if isFrozen { held += 1 } else if try now != tensor.floats() { moved += 1 }
    }
    #expect(held == 6)
    #expect(moved > 30)
    #expect(
      try after.floats("generator.backbone.mapping.w_avg")
        == #require(model.generator.buffers["backbone.mapping.w_avg"]).floats())
    #expect(after.entries["first.img_discriminator.b32.conv0.weight"] == nil)
    #expect(after.entries["first.img_discriminator.b16.conv0.weight"] != nil)
  }

  @Test func aCheckpointIsAStartWithItsDiscriminators() async throws {
    let first = try config("source")
    _ = try await trained(first, until: 2)
    let text = """
      {"data": {"clips": "."}, "out": "next", "from": "source/checkpoint.safetensors", "batch": 4,
       "updates": 1, "sheetEvery": 0, "discriminators": {"mappingLayers": 2},
       "rates": {"generator": 0, "discriminators": 0}}
      """
    let next = try TrainingConfig(text: text, folder: clips.workshop.folder)
    _ = try await trained(next)
    let (one, other) = try (
      Safetensors(path: TrainingFolder(first.out).checkpoint),
      Safetensors(path: TrainingFolder(next.out).checkpoint)
    )
    for name in ["img_discriminator.b32.conv0.weight", "vid_discriminator.b4.out.weight"] {
      #expect(try other.floats(name) == one.floats(name), "\(name)")
    }
    let name = "backbone.synthesis.b16.conv1.weight"
    #expect(try other.floats("generator.\(name)") == one.floats("generator_ema.\(name)"))
    #expect(try other.floats("generator.\(name)") != one.floats("generator.\(name)"))
  }

  @Test func aFolderThatIsTakenIsNotBegunAnew() async throws {
    let config = try config("taken")
    _ = try await trained(config, until: 1)
    #expect(throws: PipelineError.self) { try Trainer(config, resuming: false) }
  }

  @Test func namesThatNothingBeginsWithCannotBeFrozen() throws {
    let config = try config("frozen", #", "freeze": ["generator.backbone.maping"]"#)
    #expect {
      try Trainer(config, resuming: false)
    } throws: { error in
      "\(error)"
        == "/freeze/0: no tensor's name begins with 'generator.backbone.maping'; "
        + "did you mean 'generator.backbone.mapping'?"
    }
  }
}
