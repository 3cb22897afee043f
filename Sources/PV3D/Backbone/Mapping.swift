import Tensors

/// The network that turns an appearance code and a camera label into styles.
/// - Source: Chan et al. 2022, section 4; PV3D-SPEC section 4
public struct Mapping: Sendable {
  package let embed: FullyConnected
  let layers: [FullyConnected]
  package let average: Tensor
  /// `[appearanceBank, zDimension]`: known looks, an addition of the compact configurations.
  public let bank: Tensor?
  /// `[styleBank, wDimension]`: middles of groups of real people, an addition as well.
  let realStyles: Tensor?
  let config: GeneratorConfig

  public init(_ scope: Scope, _ config: GeneratorConfig) throws {
    self.config = config
    average = try scope.buffer("w_avg", [config.wDimension], .zeros)
    embed = try FullyConnected(
      scope / "embed", inputs: config.labelDimension, outputs: config.wDimension)
    bank =
      config.appearanceBank > 0
      ? try scope.buffer("appearance_bank", [config.appearanceBank, config.zDimension], .zeros)
      : nil
    realStyles =
      config.styleBank > 0
      ? try scope.buffer("style_bank", [config.styleBank, config.wDimension], .zeros) : nil
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

  /// The styles of the stored looks from the front, `[looks, wDimension]`; only the average without any.
  func bankStyles() throws -> Tensor {
    guard let bank else { return try average.reshaped(1, -1) }
    let front = try Camera.tensor(
      Array(repeating: .canonical, count: bank.shape[0]), on: bank.device)
    return try code(bank, label: front).detached()
  }

  /// Where inversions may begin: the stored looks and, where there are any, the middles of real people.
  package func knownStyles() throws -> Tensor {
    try .concatenated([bankStyles()] + (realStyles.map { [$0] } ?? []), 0)
  }

  /// The mean of the styles of the stored looks, `[wDimension]`.
  func averageStyle() throws -> Tensor { try bankStyles().mean(0) }

  /// Standard deviations of styles `[styles, wDimension]`, `[wDimension]`; ones for a single style.
  static func spread(of styles: Tensor) throws -> Tensor {
    guard styles.shape[0] > 1 else { return try styles.selected(0, 0) * 0 + 1 }
    return try ((styles - styles.mean(0)).squared().mean(0) + 1e-6).squareRoot()
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
