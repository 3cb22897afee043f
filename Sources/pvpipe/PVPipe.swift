import ArgumentParser
import Foundation
import Pipeline
import Stages

/// The program: arguments in, exit codes out.
@main
struct PVPipe: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pvpipe",
    abstract: "Turns portrait videos into animatable 3D heads, and heads into videos.",
    discussion: """
      A pipeline is a JSON document whose entries name stages. Exit codes: 0, 1 another command \
      failed, 64 wrong usage, 65 wrong document, 70 a stage failed, 75 items of a batch failed, 130 \
      interrupted.
      """,
    version: Release.version,
    subcommands: [
      RunCommand.self, BatchCommand.self, ReportCommand.self, TaskCommand.self,
      ValidateCommand.self, StagesCommand.self, SchemaCommand.self,
      GraphCommand.self, DoctorCommand.self, PretrainCommand.self, TrainCommand.self,
      FitMotionCommand.self, ActCommand.self, EvaluateCommand.self, CompareCommand.self,
      ModelCommand.self, CacheCommand.self,
    ])

  static func main() async {
    CrashReport.cleanUpWhenInterrupted()
    suggestCommand()
    await main(nil)
    // What was printed may still wait, for a disk that is full.
    guard fflush(nil) != 0 else { return }
    let reason = String(cString: strerror(errno)).lowercased()
    printError("standard output: cannot be written (\(reason))")
    exit(withError: ExitCode.failure)
  }

  /// Ends the program with the command that was probably meant by the first word, where that is none.
  private static func suggestCommand() {
    guard CommandLine.arguments.count > 1 else { return }
    let word = CommandLine.arguments[1]
    let names = configuration.subcommands.map { $0._commandName } + ["help"]
    guard !word.hasPrefix("-"), !names.contains(word) else { return }
    let meant = word.hasSuffix(".json") ? "run \(word)" : NearestName.of(word, among: names)
    guard let meant else { return }
    printError("'\(word)' is not a command; did you mean 'pvpipe \(meant)'?")
    exit(withError: ExitCode.validationFailure)
  }
}

/// What the program's exit codes mean, beside 0.
extension ExitCode {
  /// A document that cannot be run.
  static let wrongDocument = ExitCode(65)
  /// A stage that failed.
  static let stageFailed = ExitCode(70)
  /// A batch with items that are not done.
  static let itemsFailed = ExitCode(75)
  static let interrupted = ExitCode(130)
}
