import Foundation
import TestSupport

/// A Slurm of one node that runs as long as this lives, also where the tests are killed.
final class SlurmNode {
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  /// What its commands need to find it.
  let environment: [String: String]
  private let shop: Workshop
  private let script = Process()
  private let input = Pipe()

  /// Whether the daemons are installed; prints the reason when a test must be skipped.
  static let isInstalled: Bool = {
    let missing = ["slurmctld", "slurmd", "munged", "sbatch"].filter { name in
      !["/usr/sbin", "/usr/bin", "/sbin", "/bin"].contains {
        FileManager.default.isExecutableFile(atPath: "\($0)/\(name)")
      }
    }
    if !missing.isEmpty {
      print("skipped: \(missing.joined(separator: ", ")) not installed; scripts/slurm-node.sh")
    }
    return missing.isEmpty
  }()

  /// Starts it.
  ///
  /// - Parameter limit: Slurm's MaxArraySize
  init(limit: Int) throws {
    shop = try Workshop("slurm")
    let output = Pipe()
    script.executableURL = Shared.root.appendingPathComponent("scripts/slurm-node.sh")
    script.arguments = [shop.folder.path]
    script.environment = ProcessInfo.processInfo.environment.merging(
      ["PVPIPE_MAX_ARRAY_SIZE": "\(limit)"]) { $1 }
    script.standardInput = input
    script.standardOutput = output
    // Threads of a pool block signals, and what they start would inherit that.
    var (none, before) = (sigset_t(), sigset_t())
    sigemptyset(&none)
    pthread_sigmask(SIG_SETMASK, &none, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    try script.run()
    var line = Data()
    while let byte = try output.fileHandleForReading.read(upToCount: 1), !byte.isEmpty,
      byte[0] != UInt8(ascii: "\n")
    { line += byte }
    let words = String(decoding: line, as: UTF8.self).split(separator: "=", maxSplits: 1)
    guard words.count == 2 else { throw Failure(description: "no Slurm was started") }
    environment = [String(words[0]): String(words[1])]
  }

  deinit {
    try? input.fileHandleForWriting.close()
    script.waitUntilExit()
  }
}
