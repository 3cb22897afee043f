import Foundation

/// Runs the items of a batch as job arrays of Slurm.
public struct SlurmEngine: Sendable {
  public let batch: BatchFolder
  public let manifest: BatchManifest
  /// The program, at a path that all nodes know.
  public let program: String
  public var options: SlurmOptions

  public init(
    _ batch: BatchFolder, _ manifest: BatchManifest, program: String, options: SlurmOptions
  ) {
    self.batch = batch
    self.manifest = manifest
    self.program = program
    self.options = options
  }

  /// What was submitted, by the numbers that Slurm has given.
  public struct Jobs: Codable, Hashable, Sendable {
    public let arrays: [String]
    public let report: String
  }

  /// Throws where jobs of an earlier call still wait or run.
  public func checkNoneIsActive() throws {
    guard let data = FileManager.default.contents(atPath: batch.jobs.path),
      let jobs = try? JSONDecoder().decode(Jobs.self, from: data)
    else { return }
    let numbers = (jobs.arrays + [jobs.report]).joined(separator: ",")
    // Slurm fails where it has forgotten all of them.
    let answer = try command("squeue", "--noheader", "--jobs=\(numbers)", "--format=%F")
    let active = Set(answer.output.split(whereSeparator: \.isWhitespace).map(String.init)).sorted()
    guard answer.status == 0, !active.isEmpty else { return }
    throw BatchError(
      "\(batch.path): the jobs \(active.joined(separator: ", ")) of this batch are still in the "
        + "queue; wait for them, or end them with: scancel \(numbers.replacing(",", with: " "))")
  }

  /// Leaves the scripts in the folder and submits them.
  ///
  /// - Parameter items: numbers in the manifest, in ascending order
  public func submit(_ items: [Int]) throws -> Jobs {
    let limit = try maxArraySize()
    let arrays = SlurmScript.arrays(
      items, of: manifest, in: batch, program: program, options: options, limit: limit)
    let report = SlurmScript(reportOf: manifest, in: batch, program: program, options: options)
    for item in items { batch.clear(manifest.items[item].id) }
    var numbers: [String] = []
    for (index, script) in arrays.enumerated() {
      let file = batch.script("items-\(index + 1)")
      try batch.write(Data(script.text.utf8), to: file)
      numbers.append(try submit(file))
    }
    let file = batch.script("report")
    try batch.write(Data(report.text.utf8), to: file)
    let last = try submit(file, "--dependency=afterany:" + numbers.joined(separator: ":"))
    let jobs = Jobs(arrays: numbers, report: last)
    try batch.write(jobs, to: batch.jobs)
    return jobs
  }

  /// Waits until Slurm has ended or forgotten the job that writes the report.
  public func waitForReport(_ jobs: Jobs) async throws {
    let active = ["PENDING", "CONFIGURING", "RUNNING", "COMPLETING", "SUSPENDED", "REQUEUED"]
    var pause = 1.0
    while true {
      let answer = try command(
        "squeue", "--noheader", "--jobs=\(jobs.report)", "--states=all", "--format=%T")
      let state = answer.output.trimmingCharacters(in: .whitespacesAndNewlines)
      // Any other failure may be that Slurm did not answer this time.
      let isForgotten = answer.errors.contains("Invalid job id")
      guard answer.status == 0 ? active.contains(state) : !isForgotten else { return }
      try await Task.sleep(for: .seconds(pause))
      pause = min(pause * 1.2, 30)
    }
  }

  private func submit(_ file: URL, _ more: String...) throws -> String {
    let answer = try command("sbatch", ["--parsable"] + more + [file.path])
    guard answer.status == 0 else {
      throw BatchError("\(file.path): sbatch refuses it: \(answer.complaint)")
    }
    // The number may be followed by a semicolon and the name of a cluster.
    return String(answer.output.prefix { $0.isNumber })
  }

  /// Above the highest number of a task that Slurm allows.
  private func maxArraySize() throws -> Int {
    let answer = try command("scontrol", "show", "config")
    guard answer.status == 0 else {
      throw BatchError("scontrol show config: fails: \(answer.complaint)")
    }
    let line = answer.output.split(separator: "\n").first { $0.hasPrefix("MaxArraySize") }
    let limit = line.flatMap { line in
      line.split(separator: "=").last.flatMap { Int($0.trimmingCharacters(in: .whitespaces)) }
    }
    guard let limit else { throw BatchError("scontrol show config: tells no MaxArraySize") }
    guard limit > 1 else {
      throw BatchError(
        "this Slurm allows no job arrays (MaxArraySize is \(limit)); take --engine command")
    }
    return limit
  }

  private struct Answer {
    let status: Int32
    let output: String
    let errors: String

    /// What was said of a failure, as one line.
    var complaint: String {
      errors.split(whereSeparator: \.isNewline).joined(separator: "; ")
    }
  }

  private func command(_ name: String, _ words: String...) throws -> Answer {
    try command(name, words)
  }

  private func command(_ name: String, _ words: [String]) throws -> Answer {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [name] + words
    process.currentDirectoryURL = URL(fileURLWithPath: manifest.folder, isDirectory: true)
    let (output, errors) = (Pipe(), Pipe())
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    // Neither command says more than a pipe holds on its second output.
    let said = output.fileHandleForReading.readDataToEndOfFile()
    let complained = errors.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    // That is what env answers for a command that is not there.
    guard process.terminationStatus != 127 else {
      throw BatchError("there is no command '\(name)'; --engine slurm needs Slurm's commands")
    }
    return Answer(
      status: process.terminationStatus, output: String(decoding: said, as: UTF8.self),
      errors: String(decoding: complained, as: UTF8.self))
  }
}
