import ArgumentParser
import Pipeline

/// Prints what editors check documents by.
struct SchemaCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema", abstract: "Print the JSON Schema of pipelines, for editors.")

  @OptionGroup var plugins: PluginOptions

  func run() throws { print(try PipelineSchema(plugins.registry()).text) }
}
