import Foundation

/// A plot as SVG whose colors are those of the page's style.
struct PlotDrawing {
  private static let width = 420.0
  private static let height = 180.0
  private static let (left, right, top, bottom) = (46.0, 12.0, 8.0, 34.0)
  /// Series that have colors of their own; more than these take them again.
  static let colors = 6
  /// Points of one line: about as many as the drawing has columns.
  private static let points = 360

  private let plot: Exhibit.Plot
  private let series: [Exhibit.Plot.Series]
  private let across: PlotAxis
  private let upwards: PlotAxis

  init(_ plot: Exhibit.Plot) {
    self.plot = plot
    series = plot.series.map { $0.thinned(to: Self.points) }
    let points = series.flatMap(\.points)
    across = PlotAxis(points.map(\.x), scale: .linear, rounds: false, ticks: 6)
    upwards = PlotAxis(
      points.map(\.y), scale: plot.scale == .log ? .log : .linear, rounds: true, ticks: 4)
  }

  /// Title and names above the drawing, which is as wide as the page lets it be.
  var html: String {
    let legend = series.enumerated().map { index, one in
      "<span class=\"s\(index % Self.colors)\"><i></i>\(Markup.escaped(one.name))</span>"
    }
    let unit = plot.unit.isEmpty ? "" : " <small>\(Markup.escaped(plot.unit))</small>"
    return """
      <figure class="plot">
      <figcaption>\(Markup.escaped(plot.title))\(unit)<br><span class="legend">\(legend.joined(separator: " "))</span></figcaption>
      \(svg)
      </figure>
      """
  }

  private var svg: String {
    let (width, height) = (Self.short(Self.width), Self.short(Self.height))
    let title = Markup.escaped("\(plot.title) over \(plot.across)")
    var lines = [
      "<svg viewBox=\"0 0 \(width) \(height)\" role=\"img\" aria-label=\"\(title)\">"
    ]
    let (end, floor) = (Self.width - Self.right, Self.height - Self.bottom)
    for tick in upwards.ticks {
      guard let y = y(tick) else { continue }
      lines.append(line("grid", Self.left, y, end, y))
      lines.append(text(PlotAxis.label(tick), Self.left - 6, y + 4, "end"))
    }
    // A frame is a whole one: no ticks between two.
    for tick in across.ticks where tick == tick.rounded() {
      guard let x = x(tick) else { continue }
      lines.append(line("axis", x, floor, x, floor + 4))
      lines.append(text(PlotAxis.label(tick), x, floor + 16, "middle"))
    }
    lines.append(line("axis", Self.left, floor, end, floor))
    lines.append(text(plot.across, (Self.left + end) / 2, Self.height - 4, "middle"))
    lines += series.enumerated().map { course($1, "s\($0 % Self.colors)") }
    return (lines + ["</svg>"]).joined(separator: "\n")
  }

  private func course(_ series: Exhibit.Plot.Series, _ color: String) -> String {
    let places = series.points.compactMap { point -> (x: Double, y: Double)? in
      guard let x = x(point.x), let y = y(point.y) else { return nil }
      return (x, y)
    }
    if places.count == 1 {
      let (x, y) = (Self.short(places[0].x), Self.short(places[0].y))
      return "<circle class=\"\(color)\" cx=\"\(x)\" cy=\"\(y)\" r=\"3\"/>"
    }
    let way = places.map { "\(Self.short($0.x)),\(Self.short($0.y))" }.joined(separator: " ")
    return "<polyline class=\"\(color)\" points=\"\(way)\"/>"
  }

  private func x(_ value: Double) -> Double? {
    across.part(value).map { Self.left + $0 * (Self.width - Self.left - Self.right) }
  }

  private func y(_ value: Double) -> Double? {
    upwards.part(value).map {
      Self.height - Self.bottom - $0 * (Self.height - Self.top - Self.bottom)
    }
  }

  private func line(
    _ kind: String, _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double
  ) -> String {
    let places = [("x1", x1), ("y1", y1), ("x2", x2), ("y2", y2)]
      .map { "\($0)=\"\(Self.short($1))\"" }.joined(separator: " ")
    return "<line class=\"\(kind)\" \(places)/>"
  }

  private func text(_ words: String, _ x: Double, _ y: Double, _ anchor: String) -> String {
    "<text x=\"\(Self.short(x))\" y=\"\(Self.short(y))\" text-anchor=\"\(anchor)\">"
      + "\(Markup.escaped(words))</text>"
  }

  /// A number with one digit behind the point at most.
  private static func short(_ value: Double) -> String {
    value == value.rounded() ? String(format: "%.0f", value) : String(format: "%.1f", value)
  }
}
