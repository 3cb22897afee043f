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
