import ArgumentParser
import Pipeline
import Stages

/// Checks pipelines without running them.
struct ValidateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "validate", abstract: "Check pipelines and print all that is wrong, line by line.")

  @Argument(help: "The pipelines' documents.", completion: .file(extensions: ["json"]))
  var pipelines: [String]
  @OptionGroup var plugins: PluginOptions

  func run() throws {
    let registry = try plugins.registry()
    var isWrong = false
    for path in pipelines {
      let file = PipelineFile(path: path)
      do throws(PipelineError) {
        guard try !file.isSchema() else {
          print("\(path): passed over, a JSON Schema")
          continue
        }
        let spec = try file.spec()
        let plan = try Plan(spec, registry: registry)
        for name in spec.presetNames { try check(preset: name, of: spec, registry) }
        let count = plan.steps.count
        print("\(path): valid, \(count) \(count == 1 ? "stage" : "stages")")
      } catch {
        isWrong = true
        for line in file.lines(of: error) { print(line) }
      }
    }
    if isWrong { throw ExitCode.wrongDocument }
  }

  private func check(
    preset name: String, of spec: PipelineSpec, _ registry: StageRegistry
  ) throws(PipelineError) {
    do {
      _ = try Plan(spec.applying(preset: name), registry: registry)
    } catch let error as OverrideError {
      throw PipelineError(error.issues)
    } catch let error as PipelineError {
      throw PipelineError(
        error.issues.map { Issue("with preset '\(name)': \($0.message)", at: $0.place) })
    } catch {
      throw PipelineError([Issue("\(error)", at: "/presets/\(name)")])
    }
  }
}
