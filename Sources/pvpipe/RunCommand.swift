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
  @OptionGroup var options: RunOptions
  @Option(help: "Folder below which relative output paths lie.", completion: .directory)
  var out = "."
  @Option(help: "Threads of one tensor operation; one less than the cores if not given.")
  var threads: Int?
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
    try options.device.checkPresence()
  }

  func run() async throws {
    CrashReport.begin(about: pipeline)
    let (plan, document) = try options.plan(
      of: PipelineFile(path: pipeline), in: plugins.registry(), part: part)
    let printer = quiet || dryRun ? nil : ProgressPrinter.standardError()
    let context = RunContext(
      device: options.device, seed: options.seed,
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
}
