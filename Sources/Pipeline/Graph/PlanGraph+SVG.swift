import Foundation

extension PlanGraph {
  /// The graph as a picture: boxes from left to right, with their inputs and outputs at their sides.
  public var svg: String { svg(Drawing(self)) }

  /// The picture for a page that has the title already.
  /// - Parameter marks: where the box of a node leads, and its class
  func svg(
    untitled: Bool, _ marks: @escaping (Int) -> (address: String, style: String)
  ) -> String {
    var graph = self
    if untitled { graph.title = nil }
    return svg(Drawing(graph, marks: marks))
  }

  private func svg(_ drawing: Drawing) -> String {
    let size = drawing.size
    let head =
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"\(size.width.short)\" "
      + "height=\"\(size.height.short)\" viewBox=\"0 0 \(size.width.short) \(size.height.short)\" "
      + "font-family=\"Helvetica, Arial, sans-serif\" font-size=\"12\">"
    let ground = "<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>"
    return ([head, ground] + drawing.title + drawing.arrows + drawing.boxes + ["</svg>"])
      .joined(separator: "\n")
  }
}

/// The parts of a picture of a graph, with sizes in pixels.
private struct Drawing {
  private static let margin = 24.0
  private static let titleHeight = 32.0
  private static let headHeight = 44.0
  private static let rowHeight = 18.0
  /// Width of a letter of the font that is likely the widest.
  private static let letter = 7.4

  private let graph: PlanGraph
  private let layout: LayeredLayout
  private let boxSizes: [LayeredLayout.Size]
  private let marks: ((Int) -> (address: String, style: String))?

  init(_ graph: PlanGraph, marks: ((Int) -> (address: String, style: String))? = nil) {
    self.graph = graph
    self.marks = marks
    boxSizes = graph.nodes.map { node in
      let ports = (node.inputs.map(\.count).max() ?? 0) + (node.outputs.map(\.count).max() ?? 0)
      let letters = max(node.id.count, node.stage.count, ports + 3)
      let rows = max(node.inputs.count, node.outputs.count)
      return LayeredLayout.Size(
        width: max(90, Double(letters) * Self.letter + 24),
        height: Self.headHeight + Double(rows) * Self.rowHeight + (rows > 0 ? 6 : 0))
    }
    layout = LayeredLayout(boxSizes, graph.edges)
  }

  private var top: Double { Self.margin + (graph.title == nil ? 0 : Self.titleHeight) }

  var size: LayeredLayout.Size {
    let titleWidth = Double(graph.title?.count ?? 0) * Self.letter
    return LayeredLayout.Size(
      width: (max(layout.size.width, titleWidth) + 2 * Self.margin).rounded(.up),
      height: (layout.size.height + top + Self.margin).rounded(.up))
  }

  var title: [String] {
    graph.title.map {
      [
        "<text x=\"\(Self.margin.short)\" y=\"\((Self.margin + 12).short)\" font-size=\"14\">\(Markup.escaped($0))</text>"
      ]
    } ?? []
  }

  var boxes: [String] { graph.nodes.indices.map(box) }

  private func box(_ index: Int) -> String {
    let node = graph.nodes[index]
    let corner = corner(of: index)
    let size = boxSizes[index]
    let connected = Set(graph.edges.filter { $0.to == index }.map(\.input))
    let mark = marks?(index)
    let (start, end) =
      mark.map { ("<a href=\"\($0.address)\"><g class=\"\($0.style)\">", "</g></a>") }
      ?? ("<g>", "</g>")
    var lines = [
      "\(start)<title>\(Markup.escaped(node.summary))</title>",
      "<rect x=\"\(corner.x.short)\" y=\"\(corner.y.short)\" width=\"\(size.width.short)\" "
        + "height=\"\(size.height.short)\" rx=\"6\" fill=\"#f4f6fa\" stroke=\"#4a5a78\"/>",
      text(node.id, corner.x + 12, corner.y + 19, "font-weight=\"bold\" fill=\"#1c2333\""),
      text(node.stage, corner.x + 12, corner.y + 35, "fill=\"#5b6b8c\""),
    ]
    for (row, name) in node.inputs.enumerated() {
      let (x, y) = (corner.x, portHeight(corner.y, row))
      lines.append(dot(x, y, isFilled: connected.contains(name)))
      lines.append(text(name, x + 10, y + 4, "fill=\"#1c2333\""))
    }
    for (row, name) in node.outputs.enumerated() {
      let (x, y) = (corner.x + size.width, portHeight(corner.y, row))
      lines.append(dot(x, y, isFilled: true))
      lines.append(text(name, x - 10, y + 4, "fill=\"#1c2333\" text-anchor=\"end\""))
    }
    return (lines + [end]).joined(separator: "\n")
  }

  /// Lines that leave and enter boxes level, and pass columns between them level.
  var arrows: [String] {
    graph.edges.enumerated().map { index, edge in
      let (from, to) = (corner(of: edge.from), corner(of: edge.to))
      let outputRow = graph.nodes[edge.from].outputs.firstIndex(of: edge.output) ?? 0
      let inputRow = graph.nodes[edge.to].inputs.firstIndex(of: edge.input) ?? 0
      var (x, y) = (from.x + boxSizes[edge.from].width, portHeight(from.y, outputRow))
      var path = "M\(x.short) \(y.short)"
      func bend(_ newX: Double, _ newY: Double) {
        let middle = ((x + newX) / 2).short
        path += " C\(middle) \(y.short) \(middle) \(newY.short) \(newX.short) \(newY.short)"
        (x, y) = (newX, newY)
      }
      for pass in layout.way(of: index) {
        bend(pass.left + Self.margin, pass.y + top)
        path += " H\((pass.right + Self.margin).short)"
        x = pass.right + Self.margin
      }
      bend(to.x, portHeight(to.y, inputRow))
      return "<path d=\"\(path)\" fill=\"none\" stroke=\"#8a99b8\" stroke-width=\"1.5\"/>"
    }
  }

  private func corner(of index: Int) -> (x: Double, y: Double) {
    let corner = layout.corner(of: index)
    return (corner.x + Self.margin, corner.y + top)
  }

  private func portHeight(_ boxTop: Double, _ row: Int) -> Double {
    boxTop + Self.headHeight + (Double(row) + 0.5) * Self.rowHeight
  }

  private func text(_ words: String, _ x: Double, _ y: Double, _ style: String) -> String {
    "<text x=\"\(x.short)\" y=\"\(y.short)\" \(style)>\(Markup.escaped(words))</text>"
  }

  private func dot(_ x: Double, _ y: Double, isFilled: Bool) -> String {
    let fill = isFilled ? "#4a5a78" : "#ffffff"
    return
      "<circle cx=\"\(x.short)\" cy=\"\(y.short)\" r=\"3.5\" fill=\"\(fill)\" stroke=\"#4a5a78\"/>"
  }
}

extension Double {
  /// The number with one digit behind the point at most.
  fileprivate var short: String {
    self == rounded() ? String(format: "%.0f", self) : String(format: "%.1f", self)
  }
}
