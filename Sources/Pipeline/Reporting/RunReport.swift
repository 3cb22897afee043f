public import Foundation

/// One run as one page of HTML that needs no script, no network and, but for the files that it links,
/// nothing beside it.
public struct RunReport: Sendable {
  let plan: Plan
  let context: RunContext
  let state: RunJournal.State
  let program: String
  let command: String
  /// Where the page will be, from which links begin.
  let page: URL

  /// - Parameters:
  ///   - journal: of a run of the plan that is over, however it ended
  ///   - context: the one that the run was given
  ///   - program: name and version: `pvpipe 0.1.0`
  ///   - command: what a shell runs the same with
  ///   - page: the place of the page, from which links to files begin
  public init(
    of journal: RunJournal, _ plan: Plan, in context: RunContext, program: String,
    command: String, page: URL
  ) {
    self.plan = plan
    self.context = context
    state = journal.state
    self.program = program
    self.command = command
    self.page = page
  }

  /// How the run ended.
  var ending: (word: String, style: String) {
    switch state.failure {
    case nil: ("done", "computed")
    case is CancellationError: ("interrupted", "broken")
    default: ("failed", "failed")
    }
  }

  /// The page, as of now: files that it was made of are hashed, where nobody has done so.
  public var html: String {
    let name = context.document?.name ?? plan.summary ?? "a pipeline"
    let seconds = state.seconds ?? 0
    let cards = plan.steps.indices.map { StageCard(self, at: $0).html }
    return """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <title>\(Markup.escaped(name)): \(ending.word)</title>
      <style>\(Self.style)</style>
      </head>
      <body>
      <header>
      <h1>\(Markup.escaped(name)) <span class="state \(ending.style)">\(ending.word)</span></h1>
      <p class="summary">\(Markup.escaped(plan.summary ?? ""))</p>
      \(failure)
      \(Self.list(facts(seconds: seconds)))
      <h2>Command</h2>
      <pre class="command">\(Markup.escaped(command))</pre>
      </header>
      <section>
      <h2>Time and memory</h2>
      \(overview(seconds: seconds))
      </section>
      <section>
      <h2>Pipeline</h2>
      <div class="graph">\(graph)</div>
      </section>
      \(cards.joined(separator: "\n"))
      <section>
      <h2>Made of</h2>
      \(origins)
      </section>
      </body>
      </html>

      """
  }

  private var failure: String {
    guard let failure = state.failure, !(failure is CancellationError) else { return "" }
    return "<p class=\"error\">\(Markup.escaped(sentence(of: failure)))</p>"
  }

  private func facts(seconds: Double) -> [Exhibit.Fact] {
    let begun = Date.now.addingTimeInterval(-seconds)
    var facts = [
      Exhibit.Fact("time", Markup.duration(seconds)),
      Exhibit.Fact("begun", begun.formatted(.iso8601)), Exhibit.Fact("program", program),
      Exhibit.Fact("device", context.device.rawValue), Exhibit.Fact("seed", "\(context.seed)"),
    ]
    if let document = context.document {
      if let preset = document.preset { facts.append(Exhibit.Fact("preset", preset)) }
      if !document.settings.isEmpty {
        facts.append(Exhibit.Fact("settings", document.settings.joined(separator: "\n")))
      }
      facts.append(Exhibit.Fact("document’s SHA-256", document.sha256))
    }
    return facts
  }

  static func list(_ facts: [Exhibit.Fact]) -> String {
    let rows = facts.map {
      "<dt>\(Markup.escaped($0.name))</dt><dd>\(Markup.escaped($0.value))</dd>"
    }
    return "<dl>\n\(rows.joined(separator: "\n"))\n</dl>"
  }

  private var graph: String {
    let states = plan.steps.map { StageState($0, state) }
    return PlanGraph(plan).svg(untitled: true) { ("#stage-\($0 + 1)", states[$0].style) }
  }

  /// All files that any output was made of, each once.
  private var origins: String {
    let all = plan.steps.reduce(Provenance()) {
      $0.joined(state.entries[$1.id]?.outputs.provenance ?? Provenance())
    }.origins
    guard !all.isEmpty else { return "<p>No stage has told of a file.</p>" }
    var rows: [String] = []
    for origin in all {
      let digits: String
      do { digits = try origin.sha256() } catch { digits = "unknown: \(sentence(of: error))" }
      let title = origin.title.map { "<br><small>\(Markup.escaped($0))</small>" } ?? ""
      let row =
        "<tr><td>\(Markup.escaped(origin.name))\(title)</td><td>\(origin.kind.rawValue)</td>"
        + "<td class=\"digits\">\(Markup.escaped(digits))</td></tr>"
      if !rows.contains(row) { rows.append(row) }
    }
    return "<table class=\"origins\">\n<tr><th>file</th><th>kind</th><th>SHA-256</th></tr>\n"
      + rows.joined(separator: "\n") + "\n</table>"
  }

  /// The address of a file as seen from the page.
  package func relative(_ path: String) -> String {
    func parts(_ folder: URL) -> [String] { folder.resolvingSymlinksInPath().pathComponents }
    let file = URL(fileURLWithPath: path)
    let (from, to) = (
      parts(page.deletingLastPathComponent()), parts(file.deletingLastPathComponent())
    )
    let common = zip(from, to).prefix { $0 == $1 }.count
    let up = Array(repeating: "..", count: from.count - common)
    return (up + to.dropFirst(common) + [file.lastPathComponent]).joined(separator: "/")
  }
}
