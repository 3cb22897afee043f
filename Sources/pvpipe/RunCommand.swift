import ArgumentParser
import Foundation
import Media
import Pipeline
import Stages
import Tensors

/// Runs one pipeline.
struct RunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Run a pipeline.",
    discussion: "Values in the document are changed by --set, as --set video.path=talk.mp4.")

  @Argument(help: "The pipeline's document.", completion: .file(extensions: ["json"]))
  var pipeline: String
  @Option(
    name: .customLong("set"), parsing: .unconditionalSingleValue,
    help: ArgumentHelp("Change a parameter.", valueName: "id.parameter=value"))
  var settings: [String] = []
  @Option(help: "Folder below which relative output paths lie.", completion: .directory)
  var out = "."
  @Option(help: "The number from which all randomness is derived.") var seed: UInt64 = 0
  @Option(help: "Where networks compute: cpu or cuda.") var device = RunContext.Device.cpu
  @Option(help: "Threads of one tensor operation; one less than the cores if not given.")
  var threads: Int?
  @Option(help: "A preset of the document, whose parameters count before those of --set.")
  var preset: String?
  @Flag(help: "The preset 'fast': fewer steps, lower quality.") var fast = false
  @OptionGroup var part: PartOptions
  @OptionGroup var cache: CacheOptions
  @Flag(help: "Check everything and tell what would run and why, but run nothing.")
  var dryRun = false
  @Flag(help: "Print failures only.") var quiet = false
  @OptionGroup var plugins: PluginOptions

  func validate() throws {
    if let threads, threads < 1 {
      throw ValidationError("'--threads' must be above 0, not \(threads)")
    }
    try device.checkPresence()
  }

  func run() async throws {
    let (plan, document) = try plan()
    let printer = quiet || dryRun ? nil : ProgressPrinter.standardError()
    let context = RunContext(
      device: device, seed: seed,
      folder: URL(fileURLWithPath: out, isDirectory: true), document: document,
      cache: cache.opened(), events: { printer?.print($0) })
    if dryRun {
      for line in plan.forecast(in: context) { print(line) }
      return
    }
    Torch.threads = threads ?? max(1, ProcessInfo.processInfo.activeProcessorCount - 1)
    do {
      try await Interruption.cancelling { _ = try await plan.run(in: context) }
      printer?.end()
    } catch is CancellationError {
      printer?.end()
      printError("\(pipeline): interrupted")
      throw ExitCode.interrupted
    } catch {
      printer?.end()
      printError("\(pipeline): \(error)")
      throw ExitCode.stageFailed
    }
  }

  private func plan() throws -> (Plan, RunDocument) {
    let file = PipelineFile(path: pipeline)
    let name = preset ?? (fast ? "fast" : nil)
    let registry = try plugins.registry()
    do {
      let data = try file.data()
      var spec = try PipelineSpec(data: data)
      if let name { spec = try spec.applying(preset: name) }
      spec = try spec.overriding(settings, in: registry)
      let frames: [String]
      (spec, frames) = try part.applied(to: spec)
      let document = RunDocument(
        name: URL(fileURLWithPath: pipeline).lastPathComponent, sha256: SHA256.digits(of: data),
        preset: name, settings: settings + frames)
      return (try part.applied(to: Plan(spec, registry: registry)), document)
    } catch let error as OverrideError {
      for issue in error.issues { printError("\(issue)") }
      throw ExitCode.validationFailure
    } catch let error as PipelineError {
      for line in file.lines(of: error) { printError(line) }
      throw ExitCode.wrongDocument
    }
  }
}

extension RunContext.Device: ExpressibleByArgument {
  /// Throws where there is no such device.
  func checkPresence() throws {
    guard self == .cuda, Device.gpu == nil else { return }
    throw ValidationError("'--device cuda': libtorch \(Torch.version) finds no CUDA device")
  }
}
