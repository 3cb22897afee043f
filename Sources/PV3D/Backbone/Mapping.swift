import Tensors

/// The network that turns an appearance code and a camera label into styles.
/// - Source: Chan et al. 2022, section 4; PV3D-SPEC section 4
public struct Mapping: Sendable {
  package let embed: FullyConnected
  let layers: [FullyConnected]
  package let average: Tensor
  let config: GeneratorConfig

  public init(_ scope: Scope, _ config: GeneratorConfig) throws {
    self.config = config
    average = try scope.buffer("w_avg", [config.wDimension], .zeros)
    embed = try FullyConnected(
      scope / "embed", inputs: config.labelDimension, outputs: config.wDimension)
    layers = try (0..<config.mappingLayers).map { index in
      try FullyConnected(
        scope / "fc\(index)",
        inputs: index == 0 ? config.zDimension + config.wDimension : config.wDimension,
        outputs: config.wDimension, activation: .lrelu, rate: 0.01)
    }
  }

  /// - Parameters:
  ///   - z: `[batch, zDimension]`
  ///   - label: `[batch, 25]`
  ///   - truncation: how far from the average the styles go, 1 for all the way
  ///   - cutoff: how many of the styles are truncated, all when nil
  /// - Returns: `[batch, styleCount, wDimension]`
  public func callAsFunction(
    _ z: Tensor, label: Tensor, truncation: Float = 1, cutoff: Int? = nil
  ) throws -> Tensor {
    let w = try code(z, label: label)
    let count = config.styleCount
    let all = try w.reshaped(w.shape[0], 1, config.wDimension)
      .expanded([-1, count, -1])
    guard truncation != 1 else { return all }
    let near = try average + (all - average) * truncation
    let first = min(cutoff ?? count, count)
    guard first < count else { return near }
    return try .concatenated([near.sliced(1, 0..<first), all.sliced(1, first..<count)], 1)
  }

  /// The one style that is repeated for all layers, `[batch, wDimension]`.
  public func code(_ z: Tensor, label: Tensor) throws -> Tensor {
    let shown = config.conditionsOnCamera ? label : try label * 0
    let y = try Self.normalized(embed(shown * config.labelScale))
    return try layers.reduce(.concatenated([Self.normalized(z), y], 1)) { try $1($0) }
  }

  /// What the average becomes after a batch of codes: `lerp(mean, average, 0.998)`.
  /// - Parameter w: `[batch, wDimension]`
  public func averaged(with w: Tensor) throws -> Tensor {
    let mean = try w.detached().mean(0)
    return try mean + (average - mean) * 0.998
  }

  /// Features scaled to a mean square of 1: `x / √(mean x² + 1e-8)`.
  package static func normalized(_ x: Tensor) throws -> Tensor {
    try x * (x.squared().mean(1, keeping: true) + 1e-8).reciprocalSquareRoot()
  }
}
