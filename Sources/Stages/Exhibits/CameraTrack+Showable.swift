import PV3D
public import Pipeline

extension CameraTrack: Showable {
  public func exhibits() throws -> [Exhibit] { CameraCourse(cameras).exhibits }
}

/// How cameras move from frame to frame.
struct CameraCourse {
  private let cameras: [Camera]

  init(_ cameras: [Camera]) { self.cameras = cameras }

  private static let angles: [(name: String, value: @Sendable (Camera) -> Float)] = [
    ("yaw", { $0.yaw }), ("pitch", { $0.pitch }), ("roll", { $0.roll }),
  ]

  /// Angles and distance; of a single camera as numbers.
  var exhibits: [Exhibit] {
    guard let first = cameras.first, cameras.count > 1 else {
      let facts = cameras.first.map { camera in
        Self.angles.map { Exhibit.Fact($0.name, Self.number($0.value(camera) * 180 / .pi) + "°") }
          + [Exhibit.Fact("distance", "\(Self.number(camera.distance)) world units")]
      }
      return facts.map { [.facts($0)] } ?? []
    }
    func series(_ name: String, _ value: (Camera) -> Float) -> Exhibit.Plot.Series {
      Exhibit.Plot.Series(
        name, cameras.enumerated().map { (Double($0.offset), Double(value($0.element))) })
    }
    let angles = Exhibit.Plot(
      "Camera", across: "frame", unit: "degrees",
      Self.angles.map { angle in series(angle.name) { angle.value($0) * 180 / .pi } })
    // Cameras on a sphere are as far from its middle as each other, but for rounding.
    guard cameras.contains(where: { abs($0.distance - first.distance) > 1e-3 }) else {
      let distance = "\(Self.number(first.distance)) world units in all frames"
      return [.plot(angles), .facts([Exhibit.Fact("distance", distance)])]
    }
    let distance = Exhibit.Plot(
      "Distance to the head", across: "frame", unit: "world units",
      [series("distance") { $0.distance }])
    return [.plot(angles), .plot(distance)]
  }

  private static func number(_ value: Float) -> String {
    "\((100 * Double(value)).rounded() / 100)"
  }
}
