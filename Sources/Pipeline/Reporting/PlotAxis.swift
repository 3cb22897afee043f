import Foundation

/// The range of an axis and the round numbers that are marked on it.
package struct PlotAxis: Equatable {
  /// How values lie along an axis.
  package enum Scale: Sendable {
    case linear
    /// By powers of ten; values not above 0 have no place.
    case log
  }

  package let scale: Scale
  /// The values at both ends.
  package let low, high: Double
  /// Rising, within the range.
  package let ticks: [Double]

  /// - Parameters:
  ///   - values: what is to be shown; what is not finite is not looked at
  ///   - rounds: whether the range is widened to round numbers
  ///   - count: about how many ticks there are
  package init(_ values: [Double], scale: Scale, rounds: Bool, ticks count: Int = 5) {
    self.scale = scale
    let shown = values.filter { $0.isFinite && (scale == .linear || $0 > 0) }
    var (low, high) = (shown.min() ?? 0, shown.max() ?? 1)
    guard scale == .linear else {
      if shown.isEmpty { (low, high) = (0.1, 1) }
      let least = Int(log10(low).rounded(.down))
      let most = max(Int(log10(high).rounded(.up)), least + 1)
      (self.low, self.high) = (pow(10, Double(least)), pow(10, Double(most)))
      let step = max(1, (most - least + count - 1) / count)
      ticks = stride(from: least, through: most, by: step).map { pow(10, Double($0)) }
      return
    }
    if low == high { (low, high) = (low - 0.5, high + 0.5) }
    let step = Self.step((high - low) / Double(count))
    if rounds {
      (low, high) = ((low / step).rounded(.down) * step, (high / step).rounded(.up) * step)
    }
    (self.low, self.high) = (low, high)
    let (first, last) = ((low / step).rounded(.up), (high / step).rounded(.down))
    ticks = stride(from: first, through: last, by: 1).map { $0 * step }
  }

  /// The smallest of 1, 2, 5, 10, … that is not below `least`, at any power of ten.
  private static func step(_ least: Double) -> Double {
    let power = pow(10, log10(least).rounded(.down))
    return (([1, 2, 5].first { $0 * power >= least * 0.999_999 }) ?? 10) * power
  }

  /// Where a value lies, 0 at the low end and 1 at the high one; nil where it has no place.
  package func part(_ value: Double) -> Double? {
    guard value.isFinite else { return nil }
    guard scale == .log else { return (value - low) / (high - low) }
    return value > 0 ? log10(value / low) / log10(high / low) : nil
  }

  /// A number in few letters: 1500000 as 1.5M.
  package static func label(_ value: Double) -> String {
    for (factor, letter) in [(1e6, "M"), (1e3, "K")] where abs(value) >= factor * 10 {
      if abs(value) < factor * 1e5 { return String(format: "%g%@", value / factor, letter) }
    }
    return String(format: "%.4g", value)
  }
}
