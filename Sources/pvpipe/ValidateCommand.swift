import ArgumentParser
import Pipeline
import Stages

/// Checks pipelines without running them.
struct ValidateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "validate", abstract: "Check pipelines and print all that is wrong, line by line.")

  @Argument(help: "The pipelines' documents.", completion: .file(extensions: ["json"]))
  var pipelines: [String]

  func run() throws {
    var isWrong = false
    for path in pipelines {
      let file = PipelineFile(path: path)
      do throws(PipelineError) {
        let plan = try Plan(try file.spec(), registry: .builtIn)
        let count = plan.steps.count
        print("\(path): valid, \(count) \(count == 1 ? "stage" : "stages")")
      } catch {
        isWrong = true
        for line in file.lines(of: error) { print(line) }
      }
    }
    if isWrong { throw ExitCode.wrongDocument }
  }
}
