import ArgumentParser
import Foundation
import Pipeline
import Stages

/// Lists the stages that documents may name.
struct StagesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stages", abstract: "List the stages, or all about one of them.")

  @Argument(help: "The name of a stage.") var name: String?
  @Flag(help: "Print JSON.") var json = false
  @Flag(help: "Check that the stages keep the laws of stages; print what is wrong.")
  var check = false
  @OptionGroup var plugins: PluginOptions

  func run() async throws {
    let registry = try plugins.registry()
    guard !check else { return try await check(registry) }
    let listings: [StageListing]
    do throws(Issue) {
      listings =
        try name.map { name throws(Issue) in [try registry.listing(of: name)] }
        ?? registry.listings
    } catch {
      throw ValidationError("\(error)")
    }
    if json {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      let data = name == nil ? try encoder.encode(listings) : try encoder.encode(listings[0])
      print(String(decoding: data, as: UTF8.self))
    } else if name == nil {
      print(StageTable(listings).description)
    } else {
      print(listings[0].page)
    }
  }

  private func check(_ registry: StageRegistry) async throws {
    let all =
      await StageConformance(registry).violations + StreamingConformance(registry).violations
    let violations = all.filter { $0.stage == name ?? $0.stage }
    for violation in violations { print(violation) }
    guard violations.isEmpty else { throw ExitCode.stageFailed }
    print("\(name ?? "\(registry.names.count) stages"): no law is broken")
  }
}

/// The stages as rows of text.
private struct StageTable: CustomStringConvertible {
  let description: String

  init(_ listings: [StageListing]) {
    let rows = listings.map { [$0.name, $0.inputText, $0.outputText, $0.summary] }
    let widths = (0..<3).map { column in rows.map { $0[column].count }.max() ?? 0 }
    let lines = rows.map { row in
      zip(row, widths).map { $0.padding(toLength: $1, withPad: " ", startingAt: 0) }
        .joined(separator: "  ") + "  " + row[3]
    }
    description = lines.joined(separator: "\n")
  }
}

extension StageListing {
  fileprivate var inputText: String { inputs.map(\.text).joined(separator: ", ") }
  fileprivate var outputText: String {
    outputs.isEmpty ? "" : "→ " + outputs.map(\.text).joined(separator: ", ")
  }

  /// All about the stage.
  fileprivate var page: String {
    var lines = ["\(name): \(summary)", ""]
    lines += inputs.map { "  in   \($0.text): \($0.kind)" }
    lines += outputs.map { "  out  \($0.text): \($0.kind)" }
    for parameter in parameters {
      lines += ["", "  \(parameter.name) = \(parameter.default)", "    \(parameter.help)"]
      lines.append("    \(parameter.rule)")
    }
    return lines.joined(separator: "\n")
  }
}

extension StageListing.Port {
  fileprivate var text: String { optional ? "[\(name)]" : name }
}

extension StageListing.Parameter {
  /// What values it takes.
  fileprivate var rule: String {
    var parts = [type]
    switch (minimum, maximum) {
    case (let low?, let high?): parts.append("from \(text(low)) to \(text(high))")
    case (let low?, nil): parts.append("at least \(text(low))")
    default: break
    }
    if let unit { parts.append("in \(unit)") }
    if let choices { parts.append("one of " + choices.joined(separator: ", ")) }
    return parts.joined(separator: ", ")
  }

  private func text(_ value: Double) -> String {
    value == value.rounded() ? String(format: "%.0f", value) : "\(value)"
  }
}
