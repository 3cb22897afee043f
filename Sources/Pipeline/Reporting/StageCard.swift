import Foundation

/// All that a page tells of one stage.
struct StageCard {
  private let report: RunReport
  private let number: Int
  private let step: Plan.Step
  private let entry: RunJournal.Entry
  private let state: StageState

  init(_ report: RunReport, at index: Int) {
    self.report = report
    number = index + 1
    step = report.plan.steps[index]
    entry = report.state.entries[step.id] ?? RunJournal.Entry()
    state = StageState(step, report.state)
  }

  var html: String {
    let detail = state.detail.isEmpty ? "" : " <small>\(Markup.escaped(state.detail))</small>"
    var failure = ""
    if case .failed(let sentence) = state {
      failure = "<p class=\"error\">\(Markup.escaped(sentence))</p>"
    }
    return """
      <section class="stage" id="stage-\(number)">
      <h2><span class="number">\(number)</span> \(Markup.escaped(step.id)) \
      <code>\(Markup.escaped(step.name))</code> \
      <span class="state \(state.style)">\(state.word)</span>\(detail)</h2>
      <p class="summary">\(Markup.escaped(type(of: step.stage).summary))</p>
      \(inputs)
      \(failure)
      <div class="columns">
      <div>
      \(parameters)
      \(entry.notes.map { "<p class=\"note\">\(Markup.escaped($0))</p>" }.joined(separator: "\n"))
      \(making)
      </div>
      <div>
      \((outputs + [Self.html(shown)] + files).joined(separator: "\n"))
      </div>
      </div>
      </section>
      """
  }

  /// What each input is fed with.
  private var inputs: String {
    let words = step.sources.sorted { $0.key < $1.key }.map { input, source in
      let id = Markup.escaped("\(report.plan.steps[source.step].id).\(source.port)")
      return "\(Markup.escaped(input)) from <a href=\"#stage-\(source.step + 1)\">\(id)</a>"
    }
    return words.isEmpty ? "" : "<p class=\"inputs\">\(words.joined(separator: ", "))</p>"
  }

  /// Every parameter; those that are not the default stand out.
  private var parameters: String {
    guard case .object(let values)? = try? JSON(encoding: step.stage), !values.isEmpty else {
      return ""
    }
    let known = StageDefinition(type(of: step.stage)).parameters
    let rows = known.map { parameter in
      let value = values[parameter.name] ?? .null
      let isDefault = value == parameter.defaultValue
      let unit = parameter.unit.map { " <small>\(Markup.escaped($0))</small>" } ?? ""
      let before =
        isDefault
        ? "" : "<small class=\"default\">default \(Self.text(parameter.defaultValue))</small>"
      let style = isDefault ? "" : " class=\"changed\""
      return "<tr\(style) title=\"\(Markup.escaped(parameter.help))\">"
        + "<td>\(Markup.escaped(parameter.name))</td>"
        + "<td><span>\(Self.text(value))</span>\(unit)\(before)</td></tr>"
    }
    return "<table class=\"parameters\">\n\(rows.joined(separator: "\n"))\n</table>"
  }

  private static func text(_ value: JSON) -> String { Markup.escaped(value.description) }

  /// What other stages made while this one ran.
  private var making: String {
    let rows = report.plan.steps.compactMap { other -> String? in
      guard let making = entry.making[other.id], making.count > 0 else { return nil }
      return "<li>\(making.count) of <b>\(Markup.escaped(other.id))</b> in "
        + "\(Markup.duration(making.seconds))</li>"
    }
    guard !rows.isEmpty else { return "" }
    return "<p class=\"making\">Frames made while it ran:</p>\n<ul>\n"
      + rows.joined(separator: "\n") + "\n</ul>"
  }

  /// What the stage showed of itself; a writing stage's files show it better, and its inputs, unless none was made.
  private var shown: [Exhibit] {
    if step.stage is any WritingStage, entry.restored == nil { return [] }
    return entry.exhibits
  }

  /// The exhibits of each output.
  private var outputs: [String] {
    type(of: step.stage).outputs.compactMap { port in
      guard let artifact = entry.outputs.artifacts[port.name] as? any Showable else { return nil }
      let shown: String
      do {
        shown = Self.html(try artifact.exhibits())
      } catch {
        shown = "<p class=\"note\">cannot be shown: \(Markup.escaped(sentence(of: error)))</p>"
      }
      let kind = port.kind == port.name ? "" : " <small>\(Markup.escaped(port.kind))</small>"
      return "<h3>\(Markup.escaped(port.name))\(kind)</h3>\n\(shown)"
    }
  }

  /// One below the other, but plots side by side where there is room.
  private static func html(_ exhibits: [Exhibit]) -> String {
    var lines: [String] = []
    var plots: [String] = []
    func close() {
      guard !plots.isEmpty else { return }
      lines.append("<div class=\"plots\">\n\(plots.joined(separator: "\n"))\n</div>")
      plots = []
    }
    for exhibit in exhibits {
      guard case .plot(let plot) = exhibit else {
        close()
        lines.append(html(exhibit))
        continue
      }
      plots.append(PlotDrawing(plot).html)
    }
    close()
    return lines.joined(separator: "\n")
  }

  private static func html(_ exhibit: Exhibit) -> String {
    switch exhibit {
    case .facts(let facts): RunReport.list(facts)
    case .plot(let plot): PlotDrawing(plot).html
    case .strip(let strip):
      "<div class=\"strip\">\n"
        + strip.pictures.map { picture in
          let image = Markup.image(
            picture.jpeg, "jpeg", picture.caption,
            "width=\"\(picture.width)\" height=\"\(picture.height)\"")
          let caption = Markup.escaped(picture.caption)
          return "<figure>\(image)<figcaption>\(caption)</figcaption></figure>"
        }.joined(separator: "\n") + "\n</div>"
    }
  }

  /// Files that the stage wrote, and recordings that it read.
  private var files: [String] {
    let read = step.stage.sourceFiles.sorted { $0.key < $1.key }.flatMap(\.value)
    return (entry.written.map { ("wrote", $0) } + read.prefix(1).map { ("read", $0) })
      .map { verb, path in
        let address = report.relative(path)
        let name = URL(fileURLWithPath: path).lastPathComponent
        var player = ""
        if ["mp4", "mov", "webm"].contains((name as NSString).pathExtension.lowercased()) {
          player =
            "<video controls preload=\"metadata\" src=\"\(Markup.address(address))\"></video>"
        }
        // A pattern of numbered pictures is no file of its own.
        let link =
          name.contains("%") && !FileManager.default.fileExists(atPath: path)
          ? Markup.escaped(name) : Markup.link(address, name)
        return "<figure class=\"file\">\(player)<figcaption>\(verb) \(link)</figcaption></figure>"
      }
  }
}
