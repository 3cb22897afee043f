/// A facial expression: one value for every motion unit.
public struct FacialExpression: Codable, Sendable, Equatable {
  /// The values in the order of `MotionUnit`; 24 numbers.
  public private(set) var values: [Float]

  /// The face at rest.
  public init() { values = [Float](repeating: 0, count: MotionUnit.allCases.count) }

  /// The expression with these `values` in the order of `MotionUnit`, each kept in its range.
  public init(values: [Float]) {
    precondition(values.count == MotionUnit.allCases.count, "'values' must hold 24 numbers")
    self.init()
    for unit in MotionUnit.allCases { self[unit] = values[unit.rawValue] }
  }

  public init(_ units: [MotionUnit: Float]) {
    self.init()
    for (unit, value) in units { self[unit] = value }
  }

  /// The value of a unit; what is set is kept in the range of the unit.
  public subscript(unit: MotionUnit) -> Float {
    get { values[unit.rawValue] }
    set {
      values[unit.rawValue] = min(max(newValue, unit.range.lowerBound), unit.range.upperBound)
    }
  }
}
