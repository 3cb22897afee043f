import ArgumentParser
import Batch
import Foundation
import Pipeline
import Stages

/// Runs one pipeline on many items.
struct BatchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "batch", abstract: "Run a pipeline on many items.",
    discussion: """
      Every item is a task of its own, with outputs in DIR/ITEM; what fails does not stop the \
      rest. A second call does only what is missing, failed or changed. Exit codes: 0 all done, \
      75 some not, and those of run.
      """)

  enum Engine: String, ExpressibleByArgument, CaseIterable { case local, slurm, command }
  enum Failing: String, EnumerableFlag { case keepGoing, failFast }

  @Argument(help: "The pipeline's document.", completion: .file(extensions: ["json"]))
  var pipeline: String
  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "What a parameter is set to, item by item: the videos and pictures of a folder, the files "
        + "that a pattern matches, or the lines of a .txt file.",
      valueName: "id.parameter=folder|glob|list"))
  var each: [String] = []
  @Flag(help: "How several --each make items: the first with the first, or each with each.")
  var combination: Combination?
  @Option(help: "Folder of the batch.", completion: .directory) var out: String
  @OptionGroup var options: RunOptions
  @OptionGroup var part: PartOptions
  @OptionGroup var plugins: PluginOptions
  @Option(help: "Items at work at once; half the cores if not given.") var jobs: Int?
  @Option(help: "Threads of an item's tensor operations; its share of the cores if not given.")
  var threads: Int?
  @Option(help: "How often an item is run again that crashed or whose stage failed.")
  var retries = 0
  @Flag(help: "What to do when an item has failed: the others, or start no more.")
  var failing = Failing.keepGoing
  @Option(help: "Who runs the items: local, slurm, or command, which prints their commands.")
  var engine = Engine.local
  @OptionGroup(title: "With --engine slurm") var slurm: SlurmArguments
  @Flag(help: "Check everything and list the items that would be run, but run nothing.")
  var dryRun = false
  @Flag(help: "Print failures only.") var quiet = false

  enum Combination: String, EnumerableFlag { case zip, cross }

  func validate() throws {
    try ThreadCount.check(threads)
    for (name, value, least) in [
      ("jobs", jobs, 1), ("retries", retries, 0),
      ("gpus", slurm.gpus, 1), ("requeues", slurm.requeues, 0),
    ] {
      guard let value, value < least else { continue }
      throw ValidationError("'--\(name)' must be at least \(least), not \(value)")
    }
    if engine == .local { try options.device.checkPresence() }
  }

  func run() async throws {
    let here = URL(
      fileURLWithPath: FileManager.default.currentDirectoryPath, isDirectory: true)
    let batch = BatchFolder(URL(fileURLWithPath: out, isDirectory: true))
    let sources = try usage { try each.map { try ItemSource($0, in: here) } }
    let values = try usage {
      try ItemCombination.values(
        of: sources, combination.flatMap { ItemCombination(rawValue: $0.rawValue) })
    }
    let document = try document(first: values[0], of: sources)
    try usage { try batch.checkIsOwn(document: document) }
    let items = ItemNames.items(
      of: values, remembering: BatchManifest.items(rememberedBy: batch))
    let manifest = try BatchManifest(
      program: Release.version, pipeline: URL(fileURLWithPath: pipeline).path,
      document: document, folder: here.path,
      options: BatchManifest.Options(
        preset: options.presetName, settings: options.settings, seed: options.seed,
        device: options.device.rawValue, threads: threadsOfItem,
        frames: part.frames?.description, until: part.until,
        plugins: plugins.paths.isEmpty ? nil : plugins.paths),
      each: sources.map(\.parameter), items: items)
    let waiting = items.indices.filter { !batch.isDone(items[$0], of: manifest) }
    if dryRun {
      for item in waiting.map({ items[$0] }) {
        print("\(item.id): " + manifest.ownSettings(of: item).joined(separator: " "))
      }
      return
    }
    let lock = try usage {
      try batch.make()
      return try HeldFile(batch.lock.path, waits: false)
    }
    guard lock != nil else {
      throw ValidationError("\(batch.path): another pvpipe batch is at work in this folder")
    }
    if engine == .slurm {
      try await submit(waiting, manifest, batch)
    } else {
      try usage { try manifest.write(document: document, to: batch) }
      if engine == .local {
        try await runHere(waiting, manifest, batch)
      } else {
        printCommands(waiting, batch)
      }
    }
  }

  /// The document's bytes, once it is proved to run for the first item.
  private func document(first values: [String], of sources: [ItemSource]) throws -> Data {
    let file = PipelineFile(path: pipeline)
    var options = options
    options.settings += zip(sources, values).map { "\($0.parameter)=\($1)" }
    let (plan, _) = try options.plan(
      of: file, in: plugins.registry(), part: part,
      // Slurm's machines, and whose else commands are for, may have more than this one.
      memory: engine == .local ? Plan.defaultMemory : .max,
      folder: URL(fileURLWithPath: out, isDirectory: true).appendingPathComponent("item"))
    do {
      try plan.checkOutputsAreRelative()
      return try file.data()
    } catch let error as PipelineError {
      for line in file.lines(of: error) { printError(line) }
      throw ExitCode.wrongDocument
    }
  }

  private var cores: Int { ProcessInfo.processInfo.activeProcessorCount }
  private var jobsHere: Int { jobs ?? max(1, cores / 2) }
  private var threadsOfItem: Int {
    threads ?? (engine == .local ? max(1, cores / jobsHere) : 4)
  }

  /// The path of this program.
  private var program: String { Bundle.main.executablePath ?? CommandLine.arguments[0] }

  private func runHere(
    _ waiting: [Int], _ manifest: BatchManifest, _ batch: BatchFolder
  ) async throws {
    var engine = LocalEngine(batch, manifest, program: URL(fileURLWithPath: program))
    engine.jobs = jobsHere
    engine.retries = retries
    engine.failsFast = failing == .failFast
    let monitor =
      quiet || waiting.isEmpty ? nil : BatchMonitor(batch, manifest, count: waiting.count)
    do {
      try await Interruption.cancelling { [engine] in
        let run = { try await engine.run(waiting) { monitor?.take($0) } }
        if let monitor { try await monitor.watching(run) } else { try await run() }
      }
    } catch is CancellationError {
      try BatchSummary(of: batch, manifest).write(to: batch)
      printError("\(batch.path): interrupted; the same command goes on with it")
      throw ExitCode.interrupted
    } catch let error as BatchError {
      printError("\(error)")
      throw ExitCode.stageFailed
    }
    try BatchSummary(of: batch, manifest).report(in: batch, quietly: quiet)
  }

  private func printCommands(_ waiting: [Int], _ batch: BatchFolder) {
    for index in waiting {
      print("\(ShellWord(program)) task \(ShellWord(batch.path)) \(index)")
    }
    if !quiet { printError("when all have ended: pvpipe report \(ShellWord(batch.path))") }
  }

  private func submit(
    _ waiting: [Int], _ manifest: BatchManifest, _ batch: BatchFolder
  ) async throws {
    var asked = slurm.options
    asked.jobs = jobs
    asked.retries = retries
    let engine = SlurmEngine(batch, manifest, program: program, options: asked)
    try usage { try engine.checkNoneIsActive() }
    do {
      try manifest.write(document: try PipelineFile(path: pipeline).data(), to: batch)
      guard !waiting.isEmpty else {
        return try BatchSummary(of: batch, manifest).report(in: batch, quietly: quiet)
      }
      let jobs = try engine.submit(waiting)
      if !quiet {
        printError(
          "submitted \(waiting.count) of \(manifest.items.count) items as "
            + "\(jobs.arrays.joined(separator: ", ")); job \(jobs.report) writes \(batch.page.path)"
        )
      }
      guard slurm.wait else { return }
      try await Interruption.cancelling { try await engine.waitForReport(jobs) }
    } catch is CancellationError {
      printError("\(batch.path): waits no more; the jobs go on")
      throw ExitCode.interrupted
    } catch let error as BatchError {
      printError("\(error)")
      throw ExitCode.stageFailed
    }
    try BatchSummary(of: batch, manifest).report(in: batch, quietly: quiet)
  }
}
