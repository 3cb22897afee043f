import Foundation
import Tensors

/// Estimates the values of motion units from landmarks: `y = b + Wᵀ z`, with `z = (x - mean) / deviation`.
///
/// Linear in the features of `MotionFeatures`; fitted to faces whose units are known. What one person's pictures differ by,
/// `Δy = Vᵀ Δz`, was fitted by itself: W has to tell a raised brow from a high one, V has not.
public struct MotionRegression: Sendable {
  /// The numbers of a fit.
  public struct Model: Sendable, Equatable {
    /// Names of the units, in order.
    public var units: [String]
    /// Mean and standard deviation of every feature.
    public var mean: [Float]
    public var deviation: [Float]
    /// W, `[features, units]`, row-major.
    public var weights: [Float]
    public var bias: [Float]
    /// V, `[features, units]`, row-major.
    public var changes: [Float]
    /// How far each unit opens the mouth, as ``Face/mouthOpening``.
    public var openings: [Float]
    /// By how much estimates of one person's changes are off, as a standard deviation.
    public var errors: [Float]
    /// The least and the greatest value of every unit.
    public var lower: [Float]
    public var upper: [Float]
    /// By how much the mean of one person's estimates is off, as a standard deviation.
    public var spread: [Float]

    public init(
      units: [String], mean: [Float], deviation: [Float], weights: [Float], bias: [Float],
      changes: [Float], openings: [Float], errors: [Float], lower: [Float], upper: [Float],
      spread: [Float]
    ) {
      self.units = units
      self.mean = mean
      self.deviation = deviation
      self.weights = weights
      self.bias = bias
      self.changes = changes
      self.openings = openings
      self.errors = errors
      self.lower = lower
      self.upper = upper
      self.spread = spread
    }
  }

  /// What one face tells.
  public struct Estimate: Sendable {
    /// The units as they come out of W: neither calibrated nor within their ranges.
    public var units: [Float]
    /// The same of V: what two faces of one person have differs as their units do.
    public var changes: [Float]
  }

  public let model: Model
  private let features: MotionFeatures
  /// No standardized feature counts for more than this.
  private static let limit: Float = 5

  public init(_ model: Model, framing: HeadFraming) {
    self.model = model
    features = MotionFeatures(framing)
  }

  /// The regression that the package carries.
  public init() throws { try self.init(path: FaceResources.path("motion-regression.safetensors")) }

  /// Reads what `write` wrote.
  public init(path: String) throws {
    let file = try Safetensors(path: path)
    let model = Model(
      units: (file.metadata["units"] ?? "").split(separator: ",").map(String.init),
      mean: try file.floats("mean"), deviation: try file.floats("deviation"),
      weights: try file.floats("weights"), bias: try file.floats("bias"),
      changes: try file.floats("changes"), openings: try file.floats("openings"),
      errors: try file.floats("errors"), lower: try file.floats("lower"),
      upper: try file.floats("upper"),
      spread: try file.floats("spread"))
    let count = model.units.count
    guard count > 0, model.weights.count == model.mean.count * count,
      model.changes.count == model.weights.count,
      model.deviation.count == model.mean.count, !model.deviation.contains(0),
      [model.bias, model.openings, model.errors, model.lower, model.upper, model.spread]
        .allSatisfy({ $0.count == count })
    else { throw SafetensorsError(path: path, reason: "is not a motion regression") }
    self.init(model, framing: try HeadFraming())
  }

  /// Writes the model to `path`.
  public func write(to path: String) throws {
    let (features, units) = (model.mean.count, model.units.count)
    try Safetensors.write(
      [
        "mean": Tensor(model.mean, [features]), "deviation": Tensor(model.deviation, [features]),
        "weights": Tensor(model.weights, [features, units]), "bias": Tensor(model.bias, [units]),
        "changes": Tensor(model.changes, [features, units]),
        "openings": Tensor(model.openings, [units]), "errors": Tensor(model.errors, [units]),
        "lower": Tensor(model.lower, [units]), "upper": Tensor(model.upper, [units]),
        "spread": Tensor(model.spread, [units]),
      ], to: path, metadata: ["units": model.units.joined(separator: ",")])
  }

  /// What the regression reads in one face.
  public func features(of landmarks: FaceLandmarks) -> [Double] { features(landmarks) }

  /// What one face tells.
  public func estimate(_ landmarks: FaceLandmarks) -> Estimate {
    estimate(features: features(landmarks))
  }

  /// What features that `features(of:)` gave tell.
  public func estimate(features: [Double]) -> Estimate {
    let standard = standardized(features)
    let count = model.units.count
    var result = Estimate(units: model.bias, changes: Array(repeating: 0, count: count))
    for (index, value) in standard.enumerated() {
      let row = index * count
      for unit in 0..<count {
        result.units[unit] += value * model.weights[row + unit]
        result.changes[unit] += value * model.changes[row + unit]
      }
    }
    return result
  }

  /// Features in deviations from their means, none of them beyond ``limit``.
  public func standardized(_ features: [Double]) -> [Float] {
    precondition(features.count == model.mean.count, "features of another regression")
    return features.enumerated().map { index, value in
      let raw = (Float(value) - model.mean[index]) / model.deviation[index]
      return min(max(raw, -Self.limit), Self.limit)
    }
  }

  /// The units of one person in a video, frame by frame: see ``MotionTrack``.
  /// - Parameter track: one face in successive frames
  /// - Returns: one row a frame, in the order of `model.units`
  public func motion(track: [FaceLandmarks]) -> [[Float]] {
    var motion = MotionTrack(self)
    for landmarks in track { motion.add(landmarks) }
    return motion.units
  }
}
