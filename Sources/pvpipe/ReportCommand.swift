import ArgumentParser
import Batch
import Foundation

/// Tells how a batch stands, also while it is at work.
struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Write how a batch stands, to summary.json and report.html in its folder.",
    discussion: "Exit code 0 where all items are done, 75 where some are not.")

  @Argument(help: "The folder of the batch.", completion: .directory) var folder: String

  func run() throws {
    let batch = BatchFolder(URL(fileURLWithPath: folder, isDirectory: true))
    try usage { try BatchSummary(of: batch, BatchManifest(of: batch)).report(in: batch) }
  }
}

extension BatchSummary {
  /// Writes both files and tells what went wrong.
  ///
  /// - Throws: the exit code, where not all items are done
  func report(in batch: BatchFolder, quietly: Bool = false) throws {
    try write(to: batch)
    for item in items {
      if let complaint = item.complaint { printError(complaint) }
    }
    if !quietly { print("\(counts); see \(batch.page.path)") }
    guard done == items.count else { throw ExitCode.itemsFailed }
  }
}
