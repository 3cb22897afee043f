import Foundation
import TestSupport
import Testing

/// Runs the commands of docs/batch.md and looks for the lines that it shows.
@Suite struct BatchDocumentTests {
  struct Command {
    let line: String
    var shown: [String] = []
  }

  /// The commands of the blocks below each heading.
  let commands: [(heading: String, commands: [Command])]
  let shop: Workshop

  init() throws {
    let page = try String(
      contentsOf: Shared.root.appendingPathComponent("docs/batch.md"), encoding: .utf8)
    var found: [(heading: String, commands: [Command])] = []
    var isInside = false
    for line in page.split(separator: "\n").map(String.init) {
      if line.hasPrefix("```") {
        isInside = line == "```console"
      } else if isInside, line.hasPrefix("$ ") {
        found[found.count - 1].commands.append(Command(line: String(line.dropFirst(2))))
      } else if isInside {
        let last = found[found.count - 1].commands.count - 1
        found[found.count - 1].commands[last].shown.append(line)
      } else if line.hasPrefix("#") {
        found.append((line, []))
      }
    }
    commands = found
    shop = try Workshop("page")
    for name in ["examples", "pipelines"] {
      try FileManager.default.createSymbolicLink(
        at: shop.folder.appendingPathComponent(name),
        withDestinationURL: Shared.root.appendingPathComponent(name))
    }
  }

  @Test func thePageShowsWhatHappens() throws {
    #expect(commands.reduce(0) { $0 + $1.commands.count } > 10)
    let node = SlurmNode.isInstalled ? try SlurmNode(limit: 1001) : nil
    for (heading, commands) in commands {
      let isSlurm = heading == "## A cluster"
      for command in commands where node != nil || !isSlurm || command.shown.isEmpty {
        try check(command, node?.environment ?? [:])
      }
    }
  }

  func check(_ command: Command, _ environment: [String: String]) throws {
    var environment = environment
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    environment["PATH"] = "\(try Program.place.deletingLastPathComponent().path):\(path)"
    let result = try Program(
      URL(fileURLWithPath: "/bin/sh"), ["-c", command.line], in: shop.folder,
      environment: environment
    ).result()
    let said = result.lines + result.errorLines
    let fails = command.shown.contains { $0.contains(" failed; ") }
    #expect(result.status == (fails ? 75 : 0), "\(command.line): \(result.errors)")
    for line in command.shown {
      let parts = line.components(separatedBy: "…")
      #expect(said.contains { matches($0, parts) }, "\(line) is not among \(said)")
    }
  }

  /// Whether a line is made of `parts` in their order, with anything between them.
  func matches(_ line: String, _ parts: [String]) -> Bool {
    guard var rest = line.hasPrefix(parts[0]) ? line.dropFirst(parts[0].count) : nil else {
      return false
    }
    for part in parts.dropFirst().dropLast() {
      guard let range = rest.range(of: part) else { return false }
      rest = rest[range.upperBound...]
    }
    return parts.count == 1 ? rest.isEmpty : rest.hasSuffix(parts[parts.count - 1])
  }
}
