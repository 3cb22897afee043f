import ArgumentParser
import Batch
import Foundation
import Media
import Pipeline
import Stages

/// The page that tells of a run, which appears when it is whole.
struct ReportFile {
  private let file: OutputFile

  var path: String { file.path }

  /// - Throws: `ValidationError` where a page could not be called so
  static func checkName(_ path: String) throws {
    guard [".html", ".htm"].contains(where: { path.lowercased().hasSuffix($0) }) else {
      throw ValidationError("'--report' must name a file that ends in .html, not '\(path)'")
    }
  }

  /// Checks that the page can be written, and makes its folder where it is missing.
  ///
  /// - Throws: the exit code
  init(_ path: String) throws {
    do {
      try? FileManager.default.createDirectory(
        at: URL(fileURLWithPath: path).deletingLastPathComponent(),
        withIntermediateDirectories: true)
      file = try OutputFile(path: path)
    } catch {
      printError("--report \(error)")
      throw ExitCode.validationFailure
    }
  }

  /// Writes what is known of a run that is over.
  func write(_ journal: RunJournal, _ plan: Plan, _ context: RunContext) throws {
    let report = RunReport(
      of: journal, plan, in: context, program: "\(Release.tool) \(Release.version)",
      command: Self.command, page: URL(fileURLWithPath: path))
    try file.write(Data(report.html.utf8))
    try file.commit()
  }

  /// What a shell starts this program with once more.
  private static var command: String {
    let folder = FileManager.default.currentDirectoryPath
    let words = CommandLine.arguments.map { "\(ShellWord($0))" }
    return "cd \(ShellWord(folder)) && \(words.joined(separator: " "))"
  }
}
