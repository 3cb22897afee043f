/// The motion of one person in a video, taken up frame by frame without keeping the faces.
///
/// The mean of all frames is estimated over people, what frames differ by within one person. What the person's own
/// face adds is taken out, lids and mouths are set by how far they open in this video, all but the lids is smoothed in
/// time, a little where it moves and more where it trembles, and all values are kept in their ranges. A track of less
/// than eight frames says nothing about its person and is not calibrated.
public struct MotionTrack: Sendable {
  /// Units of a still face tremble by a hundredth or two; what moves by a twentieth in a few frames is motion.
  private static let steady = BilateralSmoothing(deviation: 2.5, range: 0.05)

  private let regression: MotionRegression
  private var estimates: [MotionRegression.Estimate] = []
  private var lids: [LidOpening] = []
  private var outlines: [LidOpening] = []
  private var mouths: [Double] = []

  public init(_ regression: MotionRegression) { self.regression = regression }

  /// How many frames were taken up.
  public var count: Int { estimates.count }

  /// Takes up the person's face in the next frame.
  public mutating func add(_ landmarks: FaceLandmarks) {
    estimates.append(regression.estimate(landmarks))
    lids.append(LidOpening(landmarks))
    outlines.append(LidOpening(outlines: landmarks))
    mouths.append(landmarks.face.mouthOpening)
  }

  /// One row a frame, in the order of the regression's units.
  public var units: [[Float]] {
    let model = regression.model
    let columns = columns(model)
    return estimates.indices.map { frame in
      model.units.indices.map {
        min(max(Float(columns[$0][frame]), model.lower[$0]), model.upper[$0])
      }
    }
  }

  private func columns(_ model: MotionRegression.Model) -> [[Double]] {
    let indices = model.units.indices
    guard count >= 8 else {
      return indices.map { unit in estimates.map { Double($0.units[unit]) } }
    }
    let calibration = MotionCalibration(
      model, columns: indices.map(level), lids: lids, outlines: outlines)
    let opened = MouthCalibration(model).opened(indices.map(calibration.column), as: mouths)
    return indices.map { index in
      let unit = model.units[index]
      let values = opened[index]
      if unit.hasPrefix("blink") { return values }
      return Self.steady.smoothed(GaussianSmoothing(deviation: 0.5).smoothed(values))
    }
  }

  /// What the frames differ by, about the mean of their units.
  private func level(_ unit: Int) -> [Double] {
    let changes = estimates.map { Double($0.changes[unit]) }
    let mean = estimates.reduce(0) { $0 + Double($1.units[unit]) } / Double(count)
    let shift = mean - changes.reduce(0, +) / Double(count)
    return changes.map { $0 + shift }
  }
}
