import ArgumentParser
import Foundation
import Pipeline
import Stages
import Tensors

/// Trains a generator against two discriminators.
struct TrainCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train", abstract: "Train a generator against two discriminators.",
    discussion: """
      CONFIG is a JSON document, told of in docs/training.md. A training that was stopped or killed goes on \
      with --resume from its last checkpoint, with the same numbers. SIGINT and SIGTERM finish the update and \
      write a checkpoint.
      """)

  @Argument(
    help: "The training's document; may be left out with --resume.",
    completion: .file(extensions: ["json"]))
  var config: String?
  @Option(help: "Go on with the training in this folder.", completion: .directory)
  var resume: String?
  @Option(help: "Folder of the training, instead of the document's.", completion: .directory)
  var out: String?
  @Option(help: "Where networks compute: cpu or cuda; the document's if not given.")
  var device: RunContext.Device?
  @Option(help: "Stop after so many updates, to be resumed later.") var until: Int?
  @Flag(help: "Print failures only.") var quiet = false

  func validate() throws {
    guard config != nil || resume != nil else {
      throw ValidationError("needs a CONFIG to begin with, or '--resume' with a folder")
    }
    guard resume == nil || out == nil else {
      throw ValidationError("'--out' cannot be changed with '--resume'")
    }
    if let until, until < 1 { throw ValidationError("'--until' must be above 0, not \(until)") }
    try device?.checkPresence()
  }

  func run() async throws {
    let name = config ?? resume ?? ""
    let printer = quiet ? nil : ProgressPrinter.standardError()
    do {
      let told = try told()
      try told.device.checkPresence()
      let (resuming, until) = (resume != nil, until)
      try await Interruption.cancelling {
        var trainer = try Trainer(told, resuming: resuming)
        var progress = TrainingProgress(length: min(until ?? told.length, told.length))
        try await trainer.run(until: until) { printer?.print(progress.event($0)) }
      }
      printer?.end()
    } catch is CancellationError {
      printer?.end()
      printError("\(name): interrupted")
      throw ExitCode.interrupted
    } catch let error as PipelineError {
      printer?.end()
      for issue in error.issues { printError("\(name): \(issue)") }
      throw ExitCode.wrongDocument
    } catch let error as ValidationError {
      throw error
    } catch {
      printer?.end()
      printError("\(name): \(error)")
      throw ExitCode.stageFailed
    }
  }

  /// What the training is told: by the document, or by the folder that it goes on in.
  private func told() throws -> TrainingConfig {
    func placed(_ config: TrainingConfig) -> TrainingConfig {
      var config = config
      if let device { config.device = device }
      return config
    }
    guard let resume else { return placed(try TrainingConfig(path: config ?? "", out: out)) }
    let folder = TrainingFolder(URL(fileURLWithPath: resume).standardizedFileURL.path)
    let stored = try folder.storedConfig()
    if let config {
      let given = try TrainingConfig(path: config, out: folder.path)
      if let place = try given.difference(from: stored) {
        throw PipelineError([
          Issue("is not what \(folder.config) says; leave the document out to go on", at: place)
        ])
      }
    }
    return placed(stored)
  }
}
