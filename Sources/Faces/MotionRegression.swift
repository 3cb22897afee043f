import Foundation
import Tensors

/// Estimates the values of motion units from landmarks: `y = b + Wᵀ (x - mean) / deviation`.
///
/// Linear in the features of `MotionFeatures`; fitted to faces whose units are known.
public struct MotionRegression: Sendable {
  /// The numbers of a fit.
  public struct Model: Sendable, Equatable {
    /// Names of the units, in order.
    public var units: [String]
    /// Mean and standard deviation of every feature.
    public var mean: [Float]
    public var deviation: [Float]
    /// `[features, units]`, row-major.
    public var weights: [Float]
    public var bias: [Float]
    /// The least and the greatest value of every unit.
    public var lower: [Float]
    public var upper: [Float]
    /// By how much the mean of one person's estimates is off, as a standard deviation.
    public var spread: [Float]

    public init(
      units: [String], mean: [Float], deviation: [Float], weights: [Float], bias: [Float],
      lower: [Float], upper: [Float], spread: [Float]
    ) {
      self.units = units
      self.mean = mean
      self.deviation = deviation
      self.weights = weights
      self.bias = bias
      self.lower = lower
      self.upper = upper
      self.spread = spread
    }
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
      lower: try file.floats("lower"), upper: try file.floats("upper"),
      spread: try file.floats("spread"))
    let count = model.units.count
    guard count > 0, model.weights.count == model.mean.count * count,
      model.deviation.count == model.mean.count, !model.deviation.contains(0),
      [model.bias, model.lower, model.upper, model.spread].allSatisfy({ $0.count == count })
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
        "lower": Tensor(model.lower, [units]), "upper": Tensor(model.upper, [units]),
        "spread": Tensor(model.spread, [units]),
      ], to: path, metadata: ["units": model.units.joined(separator: ",")])
  }

  /// What the regression reads in one face.
  public func features(of landmarks: FaceLandmarks) -> [Double] { features(landmarks) }

  /// The units of one face, as they come out: neither calibrated nor within their ranges.
  public func estimate(_ landmarks: FaceLandmarks) -> [Float] {
    estimate(features: features(landmarks))
  }

  /// The units for features that `features(of:)` gave.
  public func estimate(features: [Double]) -> [Float] {
    precondition(features.count == model.mean.count, "features of another regression")
    var result = model.bias
    let count = result.count
    for (index, value) in features.enumerated() {
      let raw = (Float(value) - model.mean[index]) / model.deviation[index]
      let standard = min(max(raw, -Self.limit), Self.limit)
      let row = index * count
      for unit in 0..<count { result[unit] += standard * model.weights[row + unit] }
    }
    return result
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
