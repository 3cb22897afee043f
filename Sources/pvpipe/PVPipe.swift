import ArgumentParser

/// Portrait video with another motion, from another side.
@main
struct PVPipe: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pvpipe", subcommands: [PretrainCommand.self])
}
