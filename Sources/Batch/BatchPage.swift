import Foundation
import Pipeline

/// A batch as one page of HTML that needs no other file, no script and no network.
struct BatchPage {
  let html: String

  init(_ summary: BatchSummary, of batch: BatchFolder) {
    let name = Markup.escaped((summary.pipeline as NSString).lastPathComponent)
    let settings = (summary.preset.map { ["preset \($0)"] } ?? []) + summary.settings
    let seconds = summary.items.compactMap(\.seconds).reduce(0, +)
    let rows = summary.items.map { Self.row(of: $0, in: batch) }
    let setting = settings.map { "<code>\(Markup.escaped($0))</code>" }.joined(separator: " ")
    html = """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>\(name): \(summary.counts)</title>
      <style>\(Self.style)</style>
      </head>
      <body>
      <h1>\(name)</h1>
      <p><strong>\(summary.counts)</strong>; \(Markup.duration(seconds)) of work; \(summary.written)</p>
      <p>\(setting)</p>
      <table>
      <thead><tr><th></th><th>item</th><th>state</th><th>time</th><th>files</th></tr></thead>
      <tbody>
      \(rows.joined(separator: "\n"))
      </tbody>
      </table>
      </body>
      </html>

      """
  }

  private static func row(of item: BatchSummary.Item, in batch: BatchFolder) -> String {
    var picture = ""
    let jpeg = try? Data(contentsOf: batch.thumbnail(of: item.id))
    if let jpeg, item.state == .done {
      picture = Markup.image(jpeg, "jpeg", "a frame of \(item.id)")
    }
    let values = item.values.sorted { $0.key < $1.key }
      .map { "<small>\(Markup.escaped($0.key)) = \(Markup.escaped($0.value))</small>" }
    let error = item.failure.map { "<p class=\"error\">\(Markup.escaped($0.sentence))</p>" } ?? ""
    let again = item.attempts.map { $0 > 1 ? "<br><small>\($0) attempts</small>" : "" } ?? ""
    var files = item.outputs.map {
      Markup.link($0.path, String($0.path.dropFirst(item.id.count + 1)))
    }
    if item.isBegun { files.append(Markup.link(item.log, "log")) }
    return """
      <tr class="\(item.state.rawValue)">
      <td>\(picture)</td>
      <td><b>\(Markup.escaped(item.id))</b><br>\(values.joined(separator: "<br>"))\(error)</td>
      <td><span class="state">\(item.state.rawValue)</span>\(again)</td>
      <td>\(item.seconds.map(Markup.duration) ?? "")</td>
      <td>\(files.joined(separator: "<br>"))</td>
      </tr>
      """
  }

  private static let style = """

    :root { color-scheme: light dark; --line: #8884; --good: #2a8a4a; --bad: #c0392b; --late: #b07d12 }
    body { font: 15px/1.45 system-ui, sans-serif; max-width: 70em; margin: 2em auto; padding: 0 1em }
    h1 { font-size: 1.5em; margin-bottom: 0 }
    table { border-collapse: collapse; width: 100% }
    th { text-align: left; font-weight: 600 }
    th, td { padding: .5em .8em .5em 0; border-top: 1px solid var(--line); vertical-align: top }
    td { overflow-wrap: anywhere }
    td:first-child { width: 200px }
    td:nth-child(4) { white-space: nowrap; font-variant-numeric: tabular-nums }
    td:last-child { min-width: 11em }
    img { display: block; max-width: 192px; border-radius: 4px }
    small { opacity: .75 }
    .state { color: #fff; border-radius: 4px; padding: .1em .5em; white-space: nowrap }
    .done .state { background: var(--good) }
    .failed .state { background: var(--bad) }
    .unfinished .state { background: var(--late) }
    .error { color: var(--bad); margin: .4em 0 0 }

    """
}
