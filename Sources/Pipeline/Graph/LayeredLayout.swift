/// Boxes in columns, so that every edge runs to the right, and ways for the edges between them.
///
/// - Source: Sugiyama, Tagawa, Toda 1981, "Methods for Visual Understanding of Hierarchical System
///   Structures", with heights instead of ranks in the sweeps
struct LayeredLayout {
  struct Size {
    var width: Double
    var height: Double
  }

  /// A part of a column that holds a box, or an edge on its way to a later column.
  private struct Cell {
    var column: Int
    var height: Double
    /// The height of its middle.
    var middle = 0.0
  }

  /// The edges of one output, which run together.
  private struct Bundle: Hashable {
    let from: Int
    let output: String
  }

  private static let gap = 22.0
  private static let wayHeight = 8.0
  /// Room between two columns, where edges bend.
  static let aisle = 70.0

  private var cells: [Cell]
  /// The cells on the way of each edge, its two boxes included.
  private var ways: [[Int]] = []
  private var columns: [[Int]] = []
  private(set) var widths: [Double]

  init(_ boxes: [Size], _ edges: [PlanGraph.Edge]) {
    var column = [Int](repeating: 0, count: boxes.count)
    for edge in edges { column[edge.to] = max(column[edge.to], column[edge.from] + 1) }
    let taking = Set(edges.map(\.to))
    for index in boxes.indices where !taking.contains(index) {
      // What needs nothing stands beside the first that needs it.
      let readers = edges.filter { $0.from == index }.map { column[$0.to] }
      column[index] = readers.min().map { $0 - 1 } ?? 0
    }
    cells = zip(column, boxes).map { Cell(column: $0, height: $1.height) }
    let count = (column.max() ?? 0) + 1
    widths = (0..<count).map { index in
      zip(column, boxes).filter { $0.0 == index }.map(\.1.width).max() ?? 0
    }
    lead(edges)
    columns = (0..<count).map { index in cells.indices.filter { cells[$0].column == index } }
    for column in columns { place(column, at: column.map { _ in 0 }) }
    for sweep in 0..<12 { arrange(forward: sweep.isMultiple(of: 2)) }
    let top = cells.map { $0.middle - $0.height / 2 }.min() ?? 0
    for index in cells.indices { cells[index].middle -= top }
  }

  /// The top left corner of the box at `index`.
  func corner(of index: Int) -> (x: Double, y: Double) {
    (left(of: cells[index].column), cells[index].middle - cells[index].height / 2)
  }

  /// What the edge at `index` passes between its boxes: the left and the right of a column, and how high.
  func way(of index: Int) -> [(left: Double, right: Double, y: Double)] {
    ways[index].dropFirst().dropLast().map {
      let left = left(of: cells[$0].column)
      return (left, left + widths[cells[$0].column], cells[$0].middle)
    }
  }

  var size: Size {
    Size(
      width: left(of: widths.count - 1) + (widths.last ?? 0),
      height: cells.map { $0.middle + $0.height / 2 }.max() ?? 0)
  }

  private func left(of column: Int) -> Double {
    widths[..<column].reduce(0) { $0 + $1 + Self.aisle }
  }

  /// Makes cells for edges that pass whole columns.
  private mutating func lead(_ edges: [PlanGraph.Edge]) {
    var bundles: [Bundle: [Int]] = [:]
    for edge in edges {
      let bundle = Bundle(from: edge.from, output: edge.output)
      var way = bundles[bundle] ?? [edge.from]
      let last = cells[edge.to].column
      while cells[way[way.count - 1]].column < last - 1 {
        let next = cells[way[way.count - 1]].column + 1
        way.append(cells.count)
        cells.append(Cell(column: next, height: Self.wayHeight))
      }
      bundles[bundle] = way
      ways.append(way.filter { cells[$0].column < last } + [edge.to])
    }
  }

  /// Moves the cells of every column towards those they are connected with, in order of that height.
  private mutating func arrange(forward: Bool) {
    var neighbors: [Int: [Int]] = [:]
    for way in ways {
      for (left, right) in zip(way, way.dropFirst()) {
        neighbors[forward ? right : left, default: []].append(forward ? left : right)
      }
    }
    for column in forward ? columns : columns.reversed() {
      let wanted = column.map { index in
        let others = neighbors[index] ?? [index]
        return others.map { cells[$0].middle }.reduce(0, +) / Double(others.count)
      }
      place(column, at: wanted)
    }
  }

  /// Places cells as near to `wanted` as their heights allow, in its order.
  private mutating func place(_ column: [Int], at wanted: [Double]) {
    let order = wanted.indices.sorted { (wanted[$0], column[$0]) < (wanted[$1], column[$1]) }
    var floor = -Double.infinity
    var shift = 0.0
    for index in order {
      let half = cells[column[index]].height / 2
      let middle = max(wanted[index], floor + half)
      floor = middle + half + Self.gap
      cells[column[index]].middle = middle
      shift += (wanted[index] - middle) / Double(order.count)
    }
    for index in column { cells[index].middle += shift }
  }
}
