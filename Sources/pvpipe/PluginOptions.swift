import ArgumentParser
import Pipeline
import Stages

/// The option that adds stages to those of the program.
struct PluginOptions: ParsableArguments {
  @Option(
    name: .customLong("plugin"),
    help: ArgumentHelp(
      "A compiled plug-in, whose stages are there too; may be given again.", valueName: "library"),
    completion: .file(extensions: ["so"]))
  var paths: [String] = []

  /// The stages of the program and of the plug-ins.
  func registry() throws -> StageRegistry { try Self.registry(of: paths) }

  static func registry(of paths: [String]) throws -> StageRegistry {
    var registry = StageRegistry.builtIn
    for path in paths {
      do {
        registry = try registry.adding(PluginLibrary(path: path).stages)
      } catch let error as Issue {
        throw ValidationError("\(path): \(error)")
      } catch {
        throw ValidationError("\(error)")
      }
    }
    return registry
  }
}
