import Foundation
public import Media
import Pipeline

/// The course of a training as one page: plots of its losses, sheets of its samples, its last numbers.
///
/// The page holds its pictures and needs neither a script nor anything beside it.
public struct TrainingReport: Sendable {
  /// The folder of the training.
  public let folder: String
  public let log: LossLog
  /// The sheets of the page, the newest first.
  public let sheets: [String]
  /// How many sheets there are.
  public let sheetCount: Int

  /// What is plotted together.
  private static let plots: [(title: String, names: [String], scale: LossPlot.Scale)] = [
    ("Generator", ["gmain_image", "gmain_video"], .linear),
    ("Discriminators", ["dmain_image", "dmain_video"], .linear),
    (
      "Mean sign of logits",
      ["sign_real_image", "sign_fake_image", "sign_real_video", "sign_fake_video"], .linear
    ),
    ("Gradient penalty", ["r1_image", "r1_video"], .log),
    ("Density regularization", ["greg"], .log),
  ]

  /// Reads `log.jsonl` and the names of `sheets/*.png` of a folder.
  /// - Parameter limit: sheets on the page, of all the newest
  public init(folder: String, sheets limit: Int = 24) throws {
    self.folder = folder
    log = try LossLog(path: "\(folder)/log.jsonl")
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(folder)/sheets")) ?? []
    let pictures = names.filter { $0.hasSuffix(".png") && !$0.hasPrefix(".") }.sorted()
    sheetCount = pictures.count
    sheets = pictures.suffix(limit).reversed()
  }

  /// All plots, one below the other.
  public func losses() -> RGBFrame {
    let frames = Self.plots.map { plot in
      LossPlot(plot.title, plot.names.map(log.series), scale: plot.scale).rendered()
    }
    var canvas = Canvas(
      width: frames.map(\.width).max() ?? 0, height: frames.reduce(0) { $0 + $1.height })
    var y = 0
    for frame in frames {
      canvas.paste(frame, x: 0, y: y)
      y += frame.height
    }
    return canvas.frame
  }

  /// Writes `losses.png`, then `index.html`, each of which appears whole.
  public func write() throws {
    let picture = "\(folder)/losses.png"
    try ImageFile.write(losses(), picture)
    let page = "\(folder)/index.html"
    try OutputFile.write(Data(html(losses: contents(picture)).utf8), to: page)
  }

  private func contents(_ path: String) throws -> Data {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw MediaError(.read, path, "cannot be read")
    }
    return data
  }

  private func html(losses: Data) throws -> String {
    let last = log.lines.last?["update"].map { Int($0) } ?? 0
    var page = """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <title>Training after \(last) updates</title>
      <style>
      body { background: #181818; color: #ebebeb; font: 15px sans-serif; margin: 2em auto; max-width: 60em; }
      img { display: block; max-width: 100%; }
      td, th { padding: 0.1em 1em; text-align: right; } th:first-child, td:first-child { text-align: left; }
      </style>
      </head>
      <body>
      <h1>Training after \(last) updates</h1>
      <h2>Losses</h2>
      \(Markup.image(losses, "png", "Losses over updates"))
      <h2>Last numbers</h2>
      \(table())
      <h2>Samples</h2>

      """
    if sheets.count < sheetCount {
      page += "<p>The newest \(sheets.count) of \(sheetCount) sheets.</p>\n"
    }
    for name in sheets {
      let title = Int(name.dropLast(4)).map { "After \($0) updates" } ?? name
      let data = try contents("\(folder)/sheets/\(name)")
      page += "<h3>\(Markup.escaped(title))</h3>\n\(Markup.image(data, "png", title))\n"
    }
    if let config = FileManager.default.contents(atPath: "\(folder)/config.json") {
      let text = Markup.escaped(String(decoding: config, as: UTF8.self))
      page += "<h2>Configuration</h2>\n<pre>\(text)</pre>\n"
    }
    return page + "</body>\n</html>\n"
  }

  /// Each measure's last number, and the mean of its last hundred.
  private func table() -> String {
    let names = Set(log.lines.flatMap(\.keys)).subtracting(["update"]).sorted()
    let rows = names.map { name in
      let points = log.series(name).points.suffix(100)
      let finite = points.map(\.y).filter(\.isFinite)
      let mean = finite.reduce(0, +) / Double(max(finite.count, 1))
      let cells = [
        points.last.map { Self.number($0.y) } ?? "",
        finite.isEmpty ? "" : Self.number(mean), points.last.map { "\(Int($0.x))" } ?? "",
      ]
      return "<tr><td>\(Markup.escaped(name))</td>" + cells.map { "<td>\($0)</td>" }.joined()
        + "</tr>\n"
    }
    return "<table>\n<tr><th>measure</th><th>last</th><th>mean of the last 100</th>"
      + "<th>update</th></tr>\n" + rows.joined() + "</table>"
  }

  private static func number(_ value: Double) -> String { String(format: "%.6g", value) }
}
