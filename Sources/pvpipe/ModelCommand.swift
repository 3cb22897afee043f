import ArgumentParser

/// What can be done with the files of generators.
struct ModelCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "model", abstract: "Import a checkpoint, describe a model, or write its card.",
    subcommands: [Import.self, Info.self, Card.self])
}
