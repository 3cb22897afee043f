import Foundation
import Media
import PV3D
import Pipeline
import Tensors

/// The folder of an adversarial training: every file in it appears whole.
///
///     config.json             the training, with all defaults and absolute paths
///     checkpoint.safetensors  all that is needed to go on
///     model.safetensors       the averaged generator as a model file
///     log.jsonl               one line an update
///     sheets/00000500.png     samples of fixed seeds
///     losses.png, index.html  the log plotted; a page of plots, sheets and numbers
public struct TrainingFolder: Sendable {
  public let path: String

  public init(_ path: String) { self.path = path }

  public var config: String { "\(path)/config.json" }
  public var checkpoint: String { "\(path)/checkpoint.safetensors" }
  public var model: String { "\(path)/model.safetensors" }
  public var log: String { "\(path)/log.jsonl" }

  /// The sheet of samples after some updates.
  public func sheet(_ updates: Int) -> String {
    "\(path)/sheets/\(String(format: "%08d", updates)).png"
  }

  /// Whether a training was begun here.
  public var isBegun: Bool { FileManager.default.fileExists(atPath: config) }
  /// Whether a checkpoint was written.
  public var hasCheckpoint: Bool { FileManager.default.fileExists(atPath: checkpoint) }

  /// Throws where the log tells of updates that a checkpoint must have been written after, and none is there.
  func checkCheckpoint(every interval: Int) throws(PipelineError) {
    guard !hasCheckpoint, let text = try? String(contentsOfFile: log, encoding: .utf8) else {
      return
    }
    let updates = text.split(separator: "\n").count
    guard updates > interval else { return }
    throw PipelineError([
      Issue(
        "does not exist, but \(log) tells of \(updates) updates; put it back, or begin in another folder",
        at: checkpoint)
    ])
  }

  /// Makes the folder and notes what the training is told.
  func begin(_ config: TrainingConfig) throws {
    try FileManager.default.createDirectory(
      atPath: "\(path)/sheets", withIntermediateDirectories: true)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    try OutputFile.write(encoder.encode(config), to: self.config)
  }

  /// What the training that was begun here is told.
  public func storedConfig() throws(PipelineError) -> TrainingConfig {
    do {
      let data = try Data(contentsOf: URL(fileURLWithPath: config))
      var stored = try JSONDecoder().decode(TrainingConfig.self, from: data)
      stored.out = path
      return stored
    } catch {
      let reason = isBegun ? "is not the configuration of a training" : "does not exist"
      throw PipelineError([Issue(reason, at: config)])
    }
  }

  /// Writes the checkpoint, then the model.
  func save(_ training: AdversarialTraining, seconds: Double, strength: Double) throws {
    try TrainingCheckpoint(training, seconds: seconds, strength: strength).write(to: checkpoint)
    var config = training.generator.config
    config.renderingResolution = training.schedule.setting(at: training.samples).resolution
    try ModelFile.write(training.average.tensors, config: config, to: model)
  }
}
