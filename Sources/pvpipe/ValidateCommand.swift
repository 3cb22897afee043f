import ArgumentParser
import Foundation
import Pipeline
import Stages

/// Checks pipelines without running them.
struct ValidateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "validate", abstract: "Check pipelines and print all that is wrong, line by line.",
    discussion: "What is said of --frames and --until is checked of every pipeline.")

  @Argument(help: "The pipelines' documents.", completion: .file(extensions: ["json"]))
  var pipelines: [String]
  @OptionGroup var part: PartOptions
  @OptionGroup var memory: MemoryOptions
  @OptionGroup var plugins: PluginOptions

  func run() throws {
    let registry = try plugins.registry()
    var isWrong = false
    for path in pipelines {
      let file = PipelineFile(path: path)
      do {
        guard try !file.isSchema() else {
          print("\(path): passed over, a JSON Schema")
          continue
        }
        let spec = try file.spec()
        let plan = try plan(of: spec, registry)
        do {
          for name in spec.presetNames { try check(preset: name, of: spec, registry) }
        } catch let error as OverrideError {
          throw PipelineError(error.issues)
        }
        let count = plan.steps.count
        print("\(path): valid, \(count) \(count == 1 ? "stage" : "stages")")
      } catch let error as PipelineError {
        isWrong = true
        for line in file.lines(of: error) { print(line) }
      } catch let error as OverrideError {
        for issue in error.issues { printError("\(path): \(issue)") }
        throw ExitCode.validationFailure
      }
    }
    if isWrong { throw ExitCode.wrongDocument }
  }

  /// The plan of the part that is asked for, which fits into memory.
  private func plan(of spec: PipelineSpec, _ registry: StageRegistry) throws -> Plan {
    let plan = try part.applied(to: Plan(part.applied(to: spec).0, registry: registry))
    try plan.checkDemands(
      memory: memory.bytes, folder: URL(fileURLWithPath: FileManager.default.currentDirectoryPath))
    return plan
  }

  private func check(
    preset name: String, of spec: PipelineSpec, _ registry: StageRegistry
  ) throws {
    let spec = try spec.applying(preset: name)
    do {
      _ = try Plan(spec, registry: registry)
    } catch {
      let issues = spec.placing(error, in: name).issues.map {
        // What a preset has not set itself may still be wrong because of it.
        let cause = $0.place.hasPrefix("/presets/") ? "" : "with preset '\(name)': "
        return Issue(cause + $0.message, at: $0.place)
      }
      throw PipelineError(issues)
    }
  }
}
