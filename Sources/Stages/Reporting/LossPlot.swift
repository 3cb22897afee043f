public import Media
import Pipeline

/// Lines of several series of numbers over one axis.
///
/// Where a series has more points than the plot has columns, the points of a column are averaged.
public struct LossPlot: Sendable {
  /// A named line.
  public struct Series: Sendable {
    public let name: String
    /// In the order of x; the line is broken where y is not a number or has no place.
    public let points: [(x: Double, y: Double)]

    public init(_ name: String, _ points: [(x: Double, y: Double)]) {
      (self.name, self.points) = (name, points)
    }
  }

  /// How the values lie upwards; of values not above 0 a logarithm has none.
  public enum Scale: Sendable { case linear, log }

  public let title: String
  public let series: [Series]
  public let width: Int
  public let height: Int
  private let across: PlotAxis
  private let upwards: PlotAxis
  private let legend: [(x: Int, row: Int)]

  private static let line = BitmapFont.height + 4
  private static let letter = BitmapFont.width + 1
  private static let margin = 8
  /// Room for labels of eight letters.
  private static let left = 8 * letter + margin
  private static let colors: [Canvas.Color] = [
    [90, 170, 255], [255, 150, 60], [110, 210, 110], [240, 100, 120], [190, 140, 255],
    [230, 210, 80],
  ]

  /// - Parameters:
  ///   - width: of the picture in pixels
  ///   - height: of the picture in pixels
  public init(
    _ title: String, _ series: [Series], scale: Scale = .linear, width: Int = 720,
    height: Int = 240
  ) {
    precondition(
      width >= 160 && height >= 100,
      "a plot must be at least 160 × 100 pixels, not \(width) × \(height)")
    (self.title, self.series) = (title, series)
    (self.width, self.height) = (width, height)
    across = PlotAxis(series.flatMap { $0.points.map(\.x) }, scale: .linear, rounds: false)
    upwards = PlotAxis(
      series.flatMap { $0.points.map(\.y) }, scale: scale == .log ? .log : .linear, rounds: true)
    var (x, row) = (Self.left, 0)
    legend = series.map { one in
      let room = (one.name.count + 3) * Self.letter
      if x + room > width - Self.margin, x > Self.left { (x, row) = (Self.left, row + 1) }
      defer { x += room }
      return (x, row)
    }
  }

  /// The pixels between the axes, both ends included.
  package var area: (x: ClosedRange<Int>, y: ClosedRange<Int>) {
    let rows = (legend.last?.row ?? -1) + 1
    return (
      Self.left...width - 1 - Self.margin,
      Self.margin + (1 + rows) * Self.line...height - 1 - Self.line - Self.margin
    )
  }

  /// The pixel of a point; nil where it has no place.
  package func pixel(x: Double, y: Double) -> (x: Int, y: Int)? {
    guard let right = across.part(x), let up = upwards.part(y) else { return nil }
    let area = area
    func place(_ part: Double, _ range: ClosedRange<Int>) -> Int {
      range.lowerBound + Int((part * Double(range.upperBound - range.lowerBound)).rounded())
    }
    return (place(right, area.x), area.y.upperBound + area.y.lowerBound - place(up, area.y))
  }

  /// The color of a series.
  package static func color(_ index: Int) -> SIMD3<UInt8> { colors[index % colors.count] }

  public func rendered() -> RGBFrame {
    var canvas = Canvas(width: width, height: height)
    canvas.write(title, x: Self.left, y: Self.margin, within: width - Self.left)
    drawAxes(&canvas)
    for (index, one) in series.enumerated() {
      let (x, row) = legend[index]
      let y = Self.margin + (1 + row) * Self.line
      let middle = y + BitmapFont.height / 2
      canvas.line(from: (x, middle), to: (x + Self.letter, middle), Self.color(index))
      canvas.write(
        one.name, x: x + 3 * Self.letter / 2, y: y, within: width - x, color: Self.color(index))
      draw(one, Self.color(index), &canvas)
    }
    return canvas.frame
  }

  /// Writes the plot as a `.png` or `.jpg`.
  public func write(_ path: String) throws { try ImageFile.write(rendered(), path) }

  private func drawAxes(_ canvas: inout Canvas) {
    let area = area
    let (gray, grid) = (Canvas.Color(repeating: 140), Canvas.Color(repeating: 48))
    for tick in upwards.ticks {
      guard let place = pixel(x: across.low, y: tick) else { continue }
      canvas.line(from: (area.x.lowerBound, place.y), to: (area.x.upperBound, place.y), grid)
      let label = PlotAxis.label(tick)
      canvas.write(
        label, x: max(0, area.x.lowerBound - 4 - label.count * Self.letter),
        y: place.y - BitmapFont.height / 2, color: gray)
    }
    for tick in across.ticks {
      guard let place = pixel(x: tick, y: upwards.low) else { continue }
      canvas.line(from: (place.x, area.y.lowerBound), to: (place.x, area.y.upperBound + 2), grid)
      let label = PlotAxis.label(tick)
      let start = place.x - label.count * Self.letter / 2
      canvas.write(
        label, x: min(start, width - label.count * Self.letter), y: area.y.upperBound + 5,
        color: gray)
    }
    let corner = (x: area.x.lowerBound, y: area.y.upperBound)
    canvas.line(from: (corner.x, area.y.lowerBound), to: corner, gray)
    canvas.line(from: corner, to: (area.x.upperBound, corner.y), gray)
  }

  private func draw(_ one: Series, _ color: Canvas.Color, _ canvas: inout Canvas) {
    var last: (x: Int, y: Int)?
    for point in thinned(one.points) {
      let place = pixel(x: point.x, y: point.y)
      if let place { canvas.line(from: last ?? place, to: place, color) }
      last = place
    }
  }

  /// One mean point a column where there are more points than columns.
  private func thinned(_ points: [(x: Double, y: Double)]) -> [(x: Double, y: Double)] {
    let area = area
    guard points.count > area.x.count else { return points }
    var columns: [Int: (x: Double, y: Double, count: Double)] = [:]
    for point in points {
      guard let place = pixel(x: point.x, y: point.y) else { continue }
      let sum = columns[place.x] ?? (0, 0, 0)
      columns[place.x] = (sum.x + point.x, sum.y + point.y, sum.count + 1)
    }
    return columns.sorted { $0.key < $1.key }.map {
      ($0.value.x / $0.value.count, $0.value.y / $0.value.count)
    }
  }
}
