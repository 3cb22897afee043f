import Foundation
import PV3D
import Pipeline
import Stages
import TestSupport
import Tensors
import Testing

/// What a training's document says, and what it may not say.
@Suite struct TrainingConfigTests {
  private let folder = URL(fileURLWithPath: "/somewhere/configs")

  private func read(_ text: String) throws -> TrainingConfig {
    try TrainingConfig(text: text, folder: folder)
  }

  private func message(_ text: String) -> String {
    do {
      _ = try read(text)
      return "no error"
    } catch { return "\(error)" }
  }

  @Test func whatIsLeftOutFollowsFromTheModel() throws {
    let config = try read(
      #"{"data": {"clips": "../clips"}, "out": "run", "updates": 10, "model": "official"}"#)
    #expect(config.model == GeneratorConfig())
    #expect(config.discriminators == DiscriminatorConfig())
    #expect(config.loss == AdversarialLoss())
    #expect(config.schedule == AdversarialSchedule())
    #expect(config.data.clips == "/somewhere/clips")
    #expect(config.out == "/somewhere/configs/run")
    let tiny = try read(
      #"{"data": {"heads": "/heads"}, "out": "run", "samples": 100, "model": "tiny", "batch": 8}"#)
    #expect(tiny.length == 13)
    #expect(tiny.schedule.batch == 8)
    #expect(tiny.schedule.firstResolution == 8)
    #expect(tiny.schedule.blurSigma == 0.625)
    #expect(tiny.discriminators.imageResolution == 32)
    #expect(tiny.data.heads == "/heads")
  }

  @Test(arguments: [
    (#""seed": -1"#, "/seed: must be a whole number of at least 0, not -1"),
    (#""seed": 1.5"#, "/seed: must be a whole number of at least 0, not 1.5"),
    (
      #""precision": "halff""#,
      "/precision: must be one of 'full', 'half', not 'halff'; did you mean 'half'?"
    ),
    (
      #""augment": {"kind": "adaptiv"}"#,
      "/augment/kind: must be one of 'none', 'fixed', 'adaptive', not 'adaptiv'; did you mean 'adaptive'?"
    ),
    (
      #""loss": {"imageWeight": "much"}"#, #"/loss/imageWeight: must be a number, not "much""#
    ),
    (#""rates": {"generator": 1e30}"#, "/rates/generator: must be in 0...1, not 1e+30"),
    (
      #""schedule": {"blurSigma": 1e9}"#,
      "/schedule/blurSigma: must be in 0...32, the side of the images, not 1000000000.0"
    ),
    (#""batch": 100000000"#, "/batch: must be at most 65536, not 100000000"),
  ])
  func valuesThatCannotBeAreToldInWords(_ field: String, _ sentence: String) {
    let text = #"{"data": {"clips": "c"}, "out": "r", "updates": 1, "model": "tiny", "#
    #expect(message(text + field + "}") == sentence)
  }

  @Test func singleSizesLieOverThoseOfAName() throws {
    let config = try read(
      """
      {"data": {"clips": "c"}, "out": "r", "updates": 1,
       "model": {"size": "compact", "channelMax": 64}, "schedule": {"lastResolution": 96}}
      """)
    #expect(config.model.channelMax == 64)
    #expect(config.model.superResolutionChannels == [32, 16])
    #expect(config.discriminators.channelMax == 64)
    #expect(config.schedule.firstResolution == 64)
    #expect(config.schedule.lastResolution == 96)
  }

  @Test(arguments: [
    (
      #""batsch": 8"#,
      "/batsch: a training has no key 'batsch'; did you mean 'batch'?"
    ),
    (
      #""loss": {"imageWeigth": 2}"#,
      "/loss/imageWeigth: 'loss' has no key 'imageWeigth'; did you mean 'imageWeight'?"
    ),
    (#""model": "tinny""#, "/model: there is no model 'tinny'; did you mean 'tiny'?"),
    (
      #""model": {"size": "tiny", "wDimensions": 4}"#,
      "/model/wDimensions: 'model' has no key 'wDimensions'; did you mean 'wDimension'?"
    ),
    (
      #""model": {"size": "tiny", "mappingLayers": -1}"#,
      "/model: 'mappingLayers' must be from 1 to 64, not -1"
    ),
    (#""loss": 3"#, "/loss: 'loss' must be an object, not 3"),
    (
      #""batch": 6"#,
      "/batch: must be 1, 2, or a multiple of 4, not 6"
    ),
    (
      #""discriminators": {"imageResolution": 64}"#,
      "/discriminators/imageResolution: must be 256 as the generator's images are, not 64"
    ),
    (#""samples": 3"#, "must say 'updates' or 'samples', one of them and above 0"),
    (#""checkpointEvery": 0"#, "/checkpointEvery: must be above 0, not 0"),
    (#""seed": 1, "seed": 2"#, "/seed: is given twice"),
  ])
  func whatIsWrongIsSaidInOneSentence(_ part: String, _ sentence: String) {
    let start = #"{"data": {"clips": "c"}, "out": "r", "updates": 1, "#
    #expect(message(start + part + "}") == sentence)
  }

  @Test func theExampleCanBeTrained() throws {
    let path = Shared.root.appendingPathComponent("examples/train/tiny.json").path
    let config = try TrainingConfig(path: path)
    #expect(config.model == ModelSize.tiny.config)
    let clips = try ClipFolder(
      path: config.data.clips, side: config.model.imageResolution, batch: config.batch,
      seed: config.seed)
    #expect(clips.count == 6)
    let pairs = try clips.pairs(BatchPlaces(of: config.batch), update: 0)
    #expect(pairs.frames.shape == [8, 2, 3, 32, 32])
  }

  @Test func dataAreOneFolder() {
    let sentence = "/data: must name one folder, 'clips' or 'heads'"
    #expect(message(#"{"out": "r", "updates": 1}"#) == sentence)
    #expect(
      message(#"{"data": {"clips": "a", "heads": "b"}, "out": "r", "updates": 1}"#) == sentence)
  }

  @Test func differencesAreFoundButNotInPlaceOrDevice() throws {
    let one = try read(#"{"data": {"clips": "c"}, "out": "r", "updates": 1}"#)
    let moved = try read(
      #"{"data": {"clips": "c"}, "out": "elsewhere", "updates": 1, "device": "cuda"}"#)
    let other = try read(
      #"{"data": {"clips": "c"}, "out": "r", "updates": 1, "schedule": {"fade": 5}}"#)
    #expect(try one.difference(from: moved) == nil)
    #expect(try other.difference(from: one) == "/schedule/fade")
  }
}
