import Foundation

extension GeneratorConfig {
  /// Whether the network is the official one: every addition of the compact models is off.
  public var isOfficial: Bool {
    !hasPlaneMean && motionOffsets == 0 && appearanceOffsets == 0 && appearanceBank == 0
  }

  /// The camera at angles around the head, placed as in the data that the model is trained on.
  ///
  /// Compact models have cameras on a sphere around ``Camera/pivot``. Official ones have them on a sphere
  /// around the origin, still looking at the pivot: `lookAt(π/2 + yaw, π/2 (1 - sin pitch), (0, 0, 0.2), 2.7)`,
  /// which is the canonical camera at 0.
  /// - Parameters:
  ///   - yaw: radians, positive where the camera sees the head's left side
  ///   - pitch: radians, positive above
  ///   - roll: radians about the viewing axis
  /// - Source: PV3D-SPEC section 7
  public func camera(yaw: Float, pitch: Float, roll: Float = 0) -> Camera {
    guard isOfficial else { return Camera(yaw: yaw, pitch: pitch, roll: roll) }
    return Camera.lookAt(
      h: .pi / 2 + Double(yaw), v: .pi / 2 * (1 - sin(Double(pitch))),
      target: SIMD3<Double>(Camera.pivot), radius: Double(Camera.radius)
    ).rolled(roll)
  }
}

extension Camera {
  /// The camera turned about its viewing axis.
  /// - Parameter angle: radians, as `roll` of ``init(yaw:pitch:roll:radius:pivot:)``
  public func rolled(_ angle: Float) -> Camera {
    var turned = self
    for row in stride(from: 0, to: 12, by: 4) {
      let (right, down) = (label[row], label[row + 1])
      turned.label[row] = right * cos(angle) + down * sin(angle)
      turned.label[row + 1] = down * cos(angle) - right * sin(angle)
    }
    return turned
  }

  /// The cameras of two eyes beside this one, whose pictures agree at the distance of the pivot.
  ///
  /// Both look in this camera's direction and their principal points are moved, so that points as far as the
  /// pivot have no parallax and no point has a vertical one.
  /// - Parameter eyeDistance: in world units
  public func eyes(_ eyeDistance: Float) -> (left: Camera, right: Camera) {
    let forward = SIMD3(label[2], label[6], label[10])
    let distance = ((Self.pivot - position) * forward).sum()
    func eye(_ offset: Float) -> Camera {
      var camera = self
      for row in stride(from: 0, to: 12, by: 4) { camera.label[row + 3] += label[row] * offset }
      if distance > 0 { camera.label[18] += label[16] * offset / distance }
      return camera
    }
    return (eye(-eyeDistance / 2), eye(eyeDistance / 2))
  }
}
