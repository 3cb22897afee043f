extension Exhibit {
  /// Lines of several series of numbers over one axis.
  public struct Plot: Hashable, Codable, Sendable {
    /// How values lie upwards; of values not above 0 a logarithm has none.
    public enum Scale: String, Hashable, Codable, Sendable { case linear, log }

    public struct Point: Hashable, Codable, Sendable {
      public let x: Double
      public let y: Double
    }

    /// A named line.
    public struct Series: Hashable, Codable, Sendable {
      public let name: String
      /// In the order of x, all finite.
      public let points: [Point]

      /// - Parameter points: those that are not finite are left out
      public init(_ name: String, _ points: [(x: Double, y: Double)]) {
        self.name = name
        self.points = points.filter { $0.x.isFinite && $0.y.isFinite }
          .map { Point(x: $0.x, y: $0.y) }
      }
    }

    public let title: String
    /// What x counts: `frame`, `step`.
    public let across: String
    /// The unit of the values: `degrees`.
    public let unit: String
    public let scale: Scale
    public let series: [Series]

    public init(
      _ title: String, across: String, unit: String, scale: Scale = .linear, _ series: [Series]
    ) {
      self.title = title
      self.across = across
      self.unit = unit
      self.scale = scale
      self.series = series
    }
  }
}

extension Exhibit.Plot.Series {
  /// The series, or means of so many successive points that no more than `count` are left.
  public func thinned(to count: Int) -> Self {
    guard points.count > count else { return self }
    let size = (points.count + count - 1) / count
    return Self(
      name,
      stride(from: 0, to: points.count, by: size).map { start in
        let part = points[start..<min(start + size, points.count)]
        let (x, y) = part.reduce((0, 0)) { ($0.0 + $1.x, $0.1 + $1.y) }
        return (x / Double(part.count), y / Double(part.count))
      })
  }
}
