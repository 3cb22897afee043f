/// Numbers over time.
public enum SeriesMetrics {
  public static func mean(_ values: [Double]) -> Double {
    values.reduce(0, +) / Double(values.count)
  }

  /// The standard deviation; nil of nothing.
  public static func deviation(_ values: [Double]) -> Double? {
    guard !values.isEmpty else { return nil }
    let center = mean(values)
    return mean(values.map { ($0 - center) * ($0 - center) }).squareRoot()
  }

  /// Pearson's correlation of the pairs of which both are known.
  /// - Returns: -1...1, or nil with fewer than three pairs or where a series does not change
  public static func correlation(_ a: [Double?], _ b: [Double?]) -> Double? {
    let pairs = zip(a, b).compactMap { a, b in a.flatMap { a in b.map { (a, $0) } } }
    guard pairs.count >= 3 else { return nil }
    let (x, y) = (mean(pairs.map(\.0)), mean(pairs.map(\.1)))
    var (both, own, other) = (0.0, 0.0, 0.0)
    for pair in pairs {
      both += (pair.0 - x) * (pair.1 - y)
      own += (pair.0 - x) * (pair.0 - x)
      other += (pair.1 - y) * (pair.1 - y)
    }
    let scale = (own * other).squareRoot()
    return scale > 1e-12 ? both / scale : nil
  }
}
