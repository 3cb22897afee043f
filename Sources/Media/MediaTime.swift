/// A time or a duration as an exact number of seconds, `value / timescale`.
///
/// Equality and order are those of the seconds: 1/2 equals 2/4.
public struct MediaTime: Sendable, Hashable, Comparable, Codable, CustomStringConvertible {
  public let value: Int64
  /// Ticks a second, above zero.
  public let timescale: Int32

  public static let zero = MediaTime(0, 1)

  public init(_ value: Int64, _ timescale: Int32) {
    precondition(timescale > 0, "timescale must be above 0, not \(timescale)")
    self.value = value
    self.timescale = timescale
  }

  /// The time of `ticks` of `base` seconds each: exactly `ticks · base`, as far as 64 bits reach.
  public init(ticks: Int64, of base: Ratio) {
    let (value, overflow) = ticks.multipliedReportingOverflow(by: Int64(base.numerator))
    let limit: Int64 = (ticks < 0) == (base.numerator < 0) ? .max : .min
    self.init(overflow ? limit : value, base.denominator)
  }

  public var seconds: Double { Double(value) / Double(timescale) }
  public var description: String { "\(value)/\(timescale)" }

  /// The whole number of ticks of `base` seconds that is nearest; halves go away from zero.
  public func ticks(of base: Ratio) -> Int64 {
    let number = Int128(value) * Int128(base.denominator)
    let divisor = Int128(timescale) * Int128(base.numerator)
    let half = number < 0 ? -divisor / 2 : divisor / 2
    return Int64(clamping: (number + half) / divisor)
  }

  public static func == (one: MediaTime, other: MediaTime) -> Bool {
    Int128(one.value) * Int128(other.timescale) == Int128(other.value) * Int128(one.timescale)
  }

  public static func < (one: MediaTime, other: MediaTime) -> Bool {
    Int128(one.value) * Int128(other.timescale) < Int128(other.value) * Int128(one.timescale)
  }

  public func hash(into hasher: inout Hasher) {
    var (divisor, rest) = (Int64(timescale), value % Int64(timescale))
    while rest != 0 { (divisor, rest) = (rest, divisor % rest) }
    divisor = abs(divisor)
    hasher.combine(value / divisor)
    hasher.combine(Int64(timescale) / divisor)
  }
}
