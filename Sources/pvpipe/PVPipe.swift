import ArgumentParser
import Foundation
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
    await main(nil)
    // What was printed may still wait, for a disk that is full.
    guard fflush(nil) != 0 else { return }
    let reason = String(cString: strerror(errno)).lowercased()
    printError("standard output: cannot be written (\(reason))")
    exit(withError: ExitCode.failure)
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
