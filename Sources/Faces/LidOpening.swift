/// How far both eyes are open, over the width of the eye.
public struct LidOpening: Sendable, Equatable {
  public var left: Double
  public var right: Double

  public init(left: Double, right: Double) {
    self.left = left
    self.right = right
  }

  /// What the outlines of the eyes say.
  ///
  /// They tell a wink, which the mesh hardly does: its eyes open and close together.
  public init(outlines landmarks: FaceLandmarks) {
    self.init(left: landmarks.left.opening, right: landmarks.right.opening)
  }

  /// The mean of what the mesh and the outline of the eye say.
  public init(_ landmarks: FaceLandmarks) {
    let outlines = LidOpening(outlines: landmarks)
    func mesh(_ upper: Int, _ lower: Int, _ corners: (Int, Int)) -> Double {
      let face = landmarks.face
      return gap(face.pixel(upper), face.pixel(lower))
        / max(gap(face.pixel(corners.0), face.pixel(corners.1)), 1e-6)
    }
    self.init(
      left: (mesh(386, 374, (362, 263)) + outlines.left) / 2,
      right: (mesh(159, 145, (33, 133)) + outlines.right) / 2)
  }
}

extension Eye {
  /// The distance between the middles of the lids over that between the corners.
  fileprivate var opening: Double {
    gap(contour[12], contour[4]) / max(gap(contour[0], contour[8]), 1e-6)
  }
}

private func gap(_ a: SIMD2<Double>, _ b: SIMD2<Double>) -> Double {
  ((a - b) * (a - b)).sum().squareRoot()
}
