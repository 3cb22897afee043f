import Tensors

/// The codes of real pictures, found while the generator learns to draw them.
///
/// Each picture has a style, a motion code and a correction of its camera, which are leaves like the
/// generator's weights.
/// - Source: Bojanowski et al. 2018, section 2 (generative latent optimization)
public struct PortraitCodes {
  /// `NAME.style` `[1, wDimension]`, `NAME.motion` `[1, motionDimension]`, `NAME.camera` `[1, 6]`.
  public private(set) var leaves: [String: Tensor]

  /// - Parameter stored: leaves of an earlier run
  public init(_ stored: [String: Tensor] = [:]) throws {
    leaves = try stored.mapValues { try $0.leaf() }
  }

  /// The codes of some pictures, one a row.
  struct Batch {
    /// `[pictures, wDimension]`.
    let styles: Tensor
    /// `[pictures, motionDimension]`.
    let motion: Tensor
    /// `[pictures, 25]`, corrected.
    let labels: Tensor
    /// What holds codes near the looks and estimates that they come from, a scalar.
    let away: Tensor
    /// The leaves by name.
    let leaves: [String: Tensor]
  }

  /// Begins the codes of pictures that have none: the nearest look, and what is estimated.
  mutating func begin(_ portraits: [PortraitView], _ generator: Generator) throws {
    let new = portraits.filter { leaves["\($0.name).style"] == nil }
    guard !new.isEmpty else { return }
    let looks = try KnownLooks(generator)
    for portrait in new {
      let motion = try Tensor(portrait.motion, [1, portrait.motion.count]).to(generator.device)
      leaves["\(portrait.name).style"] = try looks.nearest(to: portrait).leaf()
      leaves["\(portrait.name).motion"] = try motion.leaf()
      leaves["\(portrait.name).camera"] = try Tensor.zeros([1, 6]).to(generator.device).leaf()
    }
  }

  /// Takes the codes of pictures that were begun.
  func batch(_ portraits: [PortraitView], _ generator: Generator) throws -> Batch {
    var chosen: [String: Tensor] = [:]
    func rows(_ part: String) throws -> Tensor {
      try .concatenated(
        portraits.compactMap { portrait in
          let leaf = leaves["\(portrait.name).\(part)"]
          chosen["\(portrait.name).\(part)"] = leaf
          return leaf
        }, 0)
    }
    let (styles, motion, corrections) = (
      try rows("style"), try rows("motion"), try rows("camera")
    )
    let device = generator.device
    let estimated = try Tensor(portraits.flatMap(\.motion), motion.shape).to(device)
    let labels = try Tensor(portraits.flatMap(\.view.label), [portraits.count, 25]).to(device)
    let looks = try generator.mapping.bankStyles()
    let far = try ((styles - looks.mean(0)) / Mapping.spread(of: looks)).squared().mean()
    let moved = try (motion - estimated).squared().mean()
    return Batch(
      styles: styles, motion: motion,
      labels: try CameraRefinement.corrected(labels, by: corrections),
      away: try far * 0.002 + moved * 0.02 + CameraRefinement.size(corrections) * 0.002,
      leaves: chosen)
  }

  /// The middles of `count` groups of similar styles, `[count, wDimension]`: where inversions may begin.
  ///
  /// Each is the mean of at least `least` people, so that none is a person's own.
  /// - Returns: nil where there are fewer than `least` people
  package func middles(_ count: Int, least: Int = 6) throws -> Tensor? {
    let styles = try leaves.keys.filter { $0.hasSuffix(".style") }.sorted()
      .compactMap { try leaves[$0]?.floats() }
    guard let width = styles.first?.count, styles.count >= least else { return nil }
    let middles = StyleGroups(styles).middles(count, least: least)
    return try Tensor(middles.flatMap { $0 }, [middles.count, width])
  }
}
