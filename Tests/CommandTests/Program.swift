import Foundation
import Synchronization
import TestSupport

/// The built program, which lies beside the tests.
struct Program {
  /// What a run of it left: its exit code and all that it said.
  struct Result {
    let status: Int32
    let output: String
    let errors: String

    /// The lines on standard error.
    var errorLines: [String] { errors.split(separator: "\n").map(String.init) }
    /// The lines on standard output.
    var lines: [String] { output.split(separator: "\n").map(String.init) }
  }

  struct Missing: Error, CustomStringConvertible {
    let description: String
  }

  private let process = Process()
  private let output = Pipe()
  private let errors = Pipe()

  /// A cache that no test fills: nobody's own cache is touched.
  static let noCache = FileManager.default.temporaryDirectory
    .appendingPathComponent("no-cache-\(UUID().uuidString)").path

  /// Starts the program in a folder, by default the package's.
  /// - Parameters:
  ///   - environment: more variables
  ///   - cache: the folder of its cache
  ///   - diskIsFull: whether no file may grow beyond 16 KiB, as if the disk were full then
  init(
    _ arguments: [String], in folder: URL = Shared.root, environment: [String: String] = [:],
    cache: String = noCache, diskIsFull: Bool = false
  ) throws {
    let program = try Self.place
    let limited = ["-c", "ulimit -f 16; trap '' XFSZ; exec \"$0\" \"$@\"", program.path]
    try self.init(
      diskIsFull ? URL(fileURLWithPath: "/bin/bash") : program,
      (diskIsFull ? limited : []) + arguments, in: folder,
      environment: ["PVPIPE_CACHE": cache].merging(environment) { $1 })
  }

  /// Where the program is.
  static var place: URL { get throws { try folder().appendingPathComponent("pvpipe") } }

  /// Starts any program.
  init(
    _ program: URL, _ arguments: [String], in folder: URL, environment: [String: String] = [:]
  ) throws {
    process.executableURL = program
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment
      .merging(["PVPIPE_CACHE": Self.noCache]) { $1 }.merging(environment) { $1 }
    process.currentDirectoryURL = folder
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = errors
    try process.run()
  }

  /// The folder of the built program.
  static func folder() throws -> URL {
    let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    let folders = [tests, CommandLine.arguments[0]]
      .map { URL(fileURLWithPath: $0).deletingLastPathComponent() }
    let found = folders.first {
      FileManager.default.isExecutableFile(atPath: $0.appendingPathComponent("pvpipe").path)
    }
    guard let found else { throw Missing(description: "no program in \(folders.map(\.path))") }
    return found
  }

  var isRunning: Bool { process.isRunning }

  /// Sends SIGINT, SIGTERM or SIGKILL.
  func send(_ signal: Int32) { kill(process.processIdentifier, signal) }

  /// Seconds of a processor that it has taken so far.
  var work: Double {
    let path = "/proc/\(process.processIdentifier)/stat"
    let fields =
      ((try? String(contentsOfFile: path, encoding: .utf8)) ?? "")
      .split(separator: ")").last?.split(separator: " ").map(String.init) ?? []
    guard fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12])
    else { return .infinity }
    return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
  }

  /// The most memory it has held while this watched, in KiB, once it has ended.
  func peakMemory() -> Int {
    let path = "/proc/\(process.processIdentifier)/status"
    var peak = 0
    while process.isRunning {
      let status = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
      let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
      peak = max(peak, line.flatMap { Int($0.split(separator: " ").dropFirst().first ?? "") } ?? 0)
      // The most is kept by the system: seldom is enough, and leaves the processor to others.
      usleep(20_000)
    }
    return peak
  }

  /// Waits for its end.
  func result() -> Result {
    // Two readers, so that neither pipe fills up while the other is read.
    let said = Mutex(Data())
    let group = DispatchGroup()
    DispatchQueue.global().async(group: group) {
      let data = errors.fileHandleForReading.readDataToEndOfFile()
      said.withLock { $0 = data }
    }
    let printed = output.fileHandleForReading.readDataToEndOfFile()
    group.wait()
    process.waitUntilExit()
    return Result(
      status: process.terminationStatus, output: String(decoding: printed, as: UTF8.self),
      errors: said.withLock { String(decoding: $0, as: UTF8.self) })
  }

  /// Runs the program to its end.
  static func run(_ arguments: String..., in folder: URL = Shared.root) throws -> Result {
    try Program(arguments, in: folder).result()
  }
}
