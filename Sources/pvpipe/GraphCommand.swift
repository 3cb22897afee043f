import ArgumentParser
import Pipeline

/// Draws a pipeline.
struct GraphCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "graph", abstract: "Draw a pipeline: what feeds what.")

  /// How a drawing is written.
  enum Format: String, CaseIterable, ExpressibleByArgument { case dot, mermaid, svg }

  @Argument(help: "The pipeline's document.", completion: .file(extensions: ["json"]))
  var pipeline: String
  @Option(help: "dot for Graphviz, mermaid for Markdown, svg for a picture.")
  var format = Format.svg
  @OptionGroup var part: PartOptions
  @OptionGroup var plugins: PluginOptions

  func run() throws {
    let file = PipelineFile(path: pipeline)
    let registry = try plugins.registry()
    do {
      let (spec, _) = try part.applied(to: file.spec())
      let graph = PlanGraph(try part.applied(to: Plan(spec, registry: registry)))
      switch format {
      case .dot: print(graph.dot)
      case .mermaid: print(graph.mermaid)
      case .svg: print(graph.svg)
      }
    } catch let error as OverrideError {
      for issue in error.issues { printError("\(issue)") }
      throw ExitCode.validationFailure
    } catch let error as PipelineError {
      for line in file.lines(of: error) { printError(line) }
      throw ExitCode.wrongDocument
    }
  }
}
