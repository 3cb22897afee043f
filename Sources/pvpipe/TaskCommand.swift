import ArgumentParser
import Batch
import Foundation
import Pipeline
import Stages
import Tensors

/// Runs one item of a batch, for the engines.
struct TaskCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "task", abstract: "Run one item of a batch.", shouldDisplay: false)

  @Argument(help: "The folder of the batch.") var folder: String
  @Argument(help: "The item's number in manifest.json, from 0.") var index: Int
  @Option(help: "How often the item was begun, this time counted.") var attempt = 1
  @Flag(help: "End when the standard input does.") var attached = false

  func run() async throws {
    // What started this one may have left both ignored.
    for number in [SIGINT, SIGTERM] { signal(number, SIG_DFL) }
    let batch = BatchFolder(URL(fileURLWithPath: folder, isDirectory: true))
    let manifest = try usage { try BatchManifest(of: batch) }
    guard manifest.items.indices.contains(index) else {
      throw ValidationError(
        "\(batch.path): has items 0 to \(manifest.items.count - 1), not \(index)")
    }
    let item = manifest.items[index]
    CrashReport.begin(about: item.id)
    // A task that lost its batch may still be at work on the same item.
    let log = try usage { try HeldFile(batch.log(of: item.id).path, waits: true) }
    guard !batch.isDone(item, of: manifest) else { return }
    let complaints = attached ? -1 : dup(STDERR_FILENO)
    log?.takeOutput()
    let outcome = await outcome(of: item, manifest, batch)
    try usage { try batch.mark(outcome) }
    guard let failure = outcome.failure else { return }
    printError("\(item.id): \(failure.sentence)")
    if complaints >= 0 {
      try FileHandle(fileDescriptor: complaints, closeOnDealloc: true)
        .write(contentsOf: Data("\(item.id): \(failure.sentence)\n".utf8))
    }
    throw ExitCode(failure.exitCode)
  }

  private func outcome(
    of item: BatchItem, _ manifest: BatchManifest, _ batch: BatchFolder
  ) async -> Outcome {
    let start = ContinuousClock.now
    let recipe = manifest.recipe(of: item)
    func outcome(
      _ inputs: [InputFile] = [], _ outputs: [Outcome.Output] = [],
      failure: Outcome.Failure? = nil
    ) -> Outcome {
      Outcome(
        id: item.id, recipe: recipe, inputs: inputs, outputs: outputs, failure: failure,
        attempts: attempt, seconds: (ContinuousClock.now - start) / .seconds(1),
        program: Release.version)
    }
    batch.clear(item.id)
    let before = Set(batch.files(of: item.id))
    // What was made before it failed is no remains of somebody else's.
    func failed(_ failure: Outcome.Failure) -> Outcome {
      outcome([], batch.made(by: item.id, beside: before), failure: failure)
    }
    func failed(_ error: any Error, _ code: ExitCode) -> Outcome {
      let sentence = "\(error)".split(whereSeparator: \.isNewline).joined(separator: "; ")
      return failed(Outcome.Failure(sentence, exitCode: code.rawValue))
    }
    print("\(Date.now.formatted(.iso8601)) \(item.id), attempt \(attempt)")
    fflush(nil)
    do {
      try beginIn(manifest.folder)
      let (inputs, outputs) = try await Interruption.cancelling { [self] in
        if attached { endWithInput() }
        let inputs = try await make(item, manifest, batch)
        let outputs = batch.made(by: item.id, beside: before)
        show(outputs, of: item, in: batch)
        return (inputs, outputs)
      }
      return outcome(inputs, outputs)
    } catch is CancellationError {
      return failed(Outcome.Failure("was interrupted before it was done", exitCode: 130))
    } catch let error as OverrideError {
      return failed(error, .validationFailure)
    } catch let error as PipelineError {
      return failed(error, .wrongDocument)
    } catch {
      return failed(error, .stageFailed)
    }
  }

  /// Runs the pipeline; gives the files that it was made of, as they were before.
  private func make(
    _ item: BatchItem, _ manifest: BatchManifest, _ batch: BatchFolder
  ) async throws -> [InputFile] {
    let options = manifest.options
    let (plan, document) = try PipelineFile(path: batch.document.path).plan(
      preset: options.preset, settings: manifest.settings(of: item), called: manifest.pipeline,
      in: PluginOptions.registry(of: options.plugins ?? []),
      part: PartOptions(frames: options.frames.flatMap { FrameRange($0) }, until: options.until))
    try plan.checkOutputsAreRelative()
    let device = RunContext.Device(rawValue: options.device) ?? .cpu
    try device.checkPresence()
    Torch.threads = options.threads
    let inputs = try plan.inputFiles(beside: options.plugins ?? [])
    let printer = ProgressPrinter.standardError()
    var context = RunContext(
      device: device, seed: options.seed, folder: batch.outputs(of: item.id), document: document,
      cache: try CachePlace.parse([]).opened(), events: { printer.print($0) })
    context.programs += options.plugins ?? []
    try await plan.run(in: context)
    return inputs
  }

  /// Makes the picture that stands in the report; without one it is a report all the same.
  private func show(_ outputs: [Outcome.Output], of item: BatchItem, in batch: BatchFolder) {
    do {
      try Thumbnail.write(
        ofFirst: outputs.map { batch.url.appendingPathComponent($0.path).path },
        to: batch.thumbnail(of: item.id))
    } catch {
      printError("no thumbnail: \(error)")
    }
  }

  private func beginIn(_ folder: String) throws {
    guard FileManager.default.changeCurrentDirectoryPath(folder) else {
      throw BatchError("the folder '\(folder)', where the batch was begun, cannot be entered")
    }
  }

  /// Interrupts this program when nobody holds the other end of its input any more.
  private func endWithInput() {
    Thread.detachNewThread {
      var byte: UInt8 = 0
      while read(STDIN_FILENO, &byte, 1) > 0 {}
      kill(getpid(), SIGTERM)
    }
  }
}

/// Runs `body`; what is wrong with a batch's folder is wrong usage.
func usage<Value>(_ body: () throws -> Value) throws -> Value {
  do {
    return try body()
  } catch let error as BatchError {
    throw ValidationError(error.description)
  } catch let error as Issue {
    throw ValidationError("\(error)")
  }
}
