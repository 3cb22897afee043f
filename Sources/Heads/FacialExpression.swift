import Foundation

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

/// Three angles in radians: `Ry(yaw) Rx(pitch) Rz(roll)`.
///
/// Positive yaw turns to the head's own left, positive pitch downward, positive roll tilts the
/// crown to the head's own right.
public struct Rotation: Codable, Sendable, Equatable {
  public var yaw: Float
  public var pitch: Float
  public var roll: Float

  public init(yaw: Float = 0, pitch: Float = 0, roll: Float = 0) {
    self.yaw = yaw
    self.pitch = pitch
    self.roll = roll
  }
}

/// How the head stands on the shoulders; at rest in training data, where the camera moves instead.
public struct JointPose: Codable, Sendable, Equatable {
  public var neck: Rotation
  public var head: Rotation

  public init(neck: Rotation = Rotation(), head: Rotation = Rotation()) {
    self.neck = neck
    self.head = head
  }
}

extension Float {
  static func cosine(_ angle: Float) -> Float { Foundation.cos(angle) }
  static func sine(_ angle: Float) -> Float { Foundation.sin(angle) }
}
