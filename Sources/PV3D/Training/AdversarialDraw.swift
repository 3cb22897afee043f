import Tensors

/// Everything random in one phase of adversarial training.
///
/// Drawn from a seed, or given number by number.
/// - Source: PV3D-SPEC sections 7, 14 and 21
public struct AdversarialDraw: Sendable {
  /// `[pairs · 2, zDimension]`, the same for both frames of a pair.
  public var z: Tensor
  /// `[pairs · 2, motionDimension]`, the same for both frames of a pair.
  public var motion: Tensor
  /// `[pairs, 2]`, the earlier first.
  public var time: Tensor
  /// `[pairs, 2, 25]`, the cameras that look.
  public var labels: Tensor
  /// A uniform number for each pair; below the probability of swapping, the mapping sees the
  /// cameras of the pair before.
  public var swap: [Float]
  /// `[pairs, 2, 25]`, the cameras of the pair before each; those of this draw, the last first, when nil.
  public var previous: Tensor?
  /// Noise of the backbone's layers.
  public var noise: Noise
  /// Places of the samples along rays.
  public var rendering: RenderingOptions
  /// Where density is regularized, `[pairs · 2, points, 3]` uniform in 0..<1.
  public var points: Tensor?
  /// Where it is compared, `[pairs · 2, points, 3]` standard normal.
  public var perturbations: Tensor?

  /// Takes given numbers.
  public init(
    z: Tensor, motion: Tensor, time: Tensor, labels: Tensor, swap: [Float], noise: Noise,
    rendering: RenderingOptions = RenderingOptions(), points: Tensor? = nil,
    perturbations: Tensor? = nil
  ) {
    (self.z, self.motion, self.time, self.labels) = (z, motion, time, labels)
    (self.swap, self.noise, self.rendering) = (swap, noise, rendering)
    (self.points, self.perturbations) = (points, perturbations)
  }

  /// Draws for the cameras `labels`.
  /// - Parameters:
  ///   - labels: `[pairs, 2, 25]`
  ///   - points: in each frame at which density is regularized; 0 for none
  public init(
    labels: Tensor, _ config: GeneratorConfig, random: RandomSource, points count: Int = 0
  ) throws {
    let pairs = labels.shape[0]
    let device = labels.device
    func source(_ name: String) -> RandomSource { random.derived(name) }
    func code(_ name: String, _ width: Int) throws -> Tensor {
      var source = source(name)
      return try source.normal([pairs, 1, width]).expanded([pairs, 2, width])
        .reshaped(pairs * 2, width).to(device)
    }
    var clock = source("time")
    var times: [Float] = []
    for _ in 0..<pairs {
      let (early, late) = FramePairs.moments(&clock)
      times += [Float(early), Float(late)]
    }
    var swap = source("swap")
    let layers = source("noise")
    var rendering = RenderingOptions()
    var places = source("rendering")
    rendering.seed = places.next()
    rendering.jitters = true
    self.init(
      z: try code("z", config.zDimension), motion: try code("motion", config.motionDimension),
      time: try Tensor(times, [pairs, 2]).to(device), labels: labels,
      swap: try swap.uniform([pairs]).floats(),
      noise: .random { layer, shape in
        var source = layers.derived(layer)
        return try source.normal(shape).to(device)
      }, rendering: rendering)
    guard count > 0 else { return }
    var (place, near) = (source("points"), source("perturbations"))
    points = try place.uniform([pairs * 2, count, 3]).to(device)
    perturbations = try near.normal([pairs * 2, count, 3]).to(device)
  }

  /// The cameras of all frames, `[pairs · 2, 25]`.
  public var label: Tensor { get throws { try labels.reshaped(-1, labels.shape[2]) } }

  /// The motion codes times t, `[pairs · 2, motionDimension]`.
  public var moved: Tensor { get throws { try motion * time.reshaped(-1, 1) } }

  /// The cameras that the mapping sees: for some pairs those of the pair before.
  /// - Parameter probability: of the swap
  /// - Returns: `[pairs · 2, 25]`
  public func condition(swapping probability: Double) throws -> Tensor {
    let pairs = labels.shape[0]
    let rows = (0..<pairs).map { Double(swap[$0]) < probability ? pairs + $0 : $0 }
    let picked = try Tensor.concatenated([labels, previous ?? rolled()], 0)
      .picked(0, Tensor(indices: rows, [pairs]).to(labels.device))
    return try picked.reshaped(-1, labels.shape[2])
  }

  /// The cameras of the pair before each, with the last pair before the first.
  func rolled() throws -> Tensor {
    let pairs = labels.shape[0]
    return try .concatenated(
      [labels.sliced(0, pairs - 1..<pairs), labels.sliced(0, 0..<pairs - 1)], 0)
  }
}
