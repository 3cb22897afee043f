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
  @OptionGroup var memory: MemoryOptions
  @OptionGroup var cache: CacheOptions
  @Flag(help: "Check everything and tell what would run and why, but run nothing.")
  var dryRun = false
  @Option(
    help: ArgumentHelp(
      "Write what the run did as one page of HTML, also when it fails.", valueName: "page.html"),
    completion: .file(extensions: ["html"]))
  var report: String?
  @Flag(help: "Print failures only.") var quiet = false
  @OptionGroup var plugins: PluginOptions

  func validate() throws {
    try ThreadCount.check(threads)
    if let report {
      guard !dryRun else {
        throw ValidationError(
          "'--report' and '--dry-run' exclude each other: a dry run does nothing to be told")
      }
      try ReportFile.checkName(report)
    }
    try options.device.checkPresence()
  }

  func run() async throws {
    CrashReport.begin(about: pipeline)
    let folder = URL(fileURLWithPath: out, isDirectory: true)
    let (plan, document) = try options.plan(
      of: PipelineFile(path: pipeline), in: plugins.registry(), part: part,
      memory: memory.bytes,
      folder: folder)
    let page = try report.map { try ReportFile($0) }
    let printer = quiet || dryRun ? nil : ProgressPrinter.standardError()
    var context = RunContext(
      device: options.device, seed: options.seed,
      folder: folder, document: document, cache: cache.opened(), events: { printer?.print($0) })
    context.programs += plugins.paths
    if dryRun {
      for line in plan.forecast(in: context) { print(line) }
      do { try plan.check(in: context) } catch {
        printError("\(pipeline): \(error)")
        throw ExitCode.stageFailed
      }
      return
    }
    Torch.threads = threads ?? max(1, ProcessInfo.processInfo.activeProcessorCount - 1)
    context.journal = page.map { _ in RunJournal() }
    let failure = await failure(of: plan, in: context)
    printer?.end()
    if let failure {
      printError("\(pipeline): \(failure is CancellationError ? "interrupted" : "\(failure)")")
    }
    try write(page, plan, context)
    switch failure {
    case nil: break
    case is CancellationError: throw ExitCode.interrupted
    default: throw ExitCode.stageFailed
    }
  }

  /// Runs the plan; gives what went wrong.
  private func failure(of plan: Plan, in context: RunContext) async -> (any Error)? {
    do {
      try await Interruption.cancelling { _ = try await plan.run(in: context) }
      return nil
    } catch {
      return error
    }
  }

  /// Writes the page of a run that is over.
  private func write(_ page: ReportFile?, _ plan: Plan, _ context: RunContext) throws {
    guard let page, let journal = context.journal else { return }
    do {
      try page.write(journal, plan, context)
      if !quiet { printError("wrote \(page.path)") }
    } catch {
      printError("--report \(error)")
      throw ExitCode.stageFailed
    }
  }
}
