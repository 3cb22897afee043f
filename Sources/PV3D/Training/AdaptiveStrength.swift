/// Moves the strength of augmentation so that the discriminators neither learn the data by heart nor
/// guess.
///
/// The mean sign of a discriminator's logits on real images is near 1 where it overfits. After each
/// measurement `p ← clamp(p + sign(r - target) · images / span, 0, 1)`.
/// - Source: Karras et al. 2020 (ADA), section 3.2
public struct AdaptiveStrength: Sendable, Codable, Equatable {
  /// The mean sign that is aimed at.
  public var target = 0.6
  /// Real images in which the strength goes from 0 to 1 at most.
  public var span = 500_000.0
  /// The probability of each change, 0...1.
  public private(set) var strength = 0.0

  public init(target: Double = 0.6, span: Double = 500_000, strength: Double = 0) {
    (self.target, self.span) = (target, span)
    self.strength = min(max(strength, 0), 1)
  }

  /// Takes a measurement.
  /// - Parameters:
  ///   - sign: mean sign of the logits of real images since the last measurement, -1...1; one that
  ///     is not a number changes nothing
  ///   - images: real images seen since then
  public mutating func adapt(sign: Double, images: Int) {
    guard sign.isFinite, sign != target else { return }
    let step = Double(images) / span
    strength = min(max(strength + (sign > target ? step : -step), 0), 1)
  }
}
