import Heads

extension MotionUnit {
  /// What a unit of 1 is in the motion code of a compact model, whose first entries are the units.
  package static let inCode: Float = 2

  /// The motion code of units, `length` numbers: zeros after them.
  package static func code(_ units: [Float], length: Int) -> [Float] {
    let code = units.prefix(length).map { $0 * inCode }
    return code + Array(repeating: 0, count: length - code.count)
  }
}
