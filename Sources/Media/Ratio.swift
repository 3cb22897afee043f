/// A ratio of two whole numbers: frames a second, or seconds a tick.
public struct Ratio: Sendable, Hashable, Codable, CustomStringConvertible {
  public let numerator: Int32
  public let denominator: Int32

  public init(_ numerator: Int32, _ denominator: Int32) {
    self.numerator = numerator
    self.denominator = denominator
  }

  public var inverse: Ratio { Ratio(denominator, numerator) }
  public var value: Double { Double(numerator) / Double(denominator) }
  public var description: String { "\(numerator)/\(denominator)" }
}
