import PV3D

/// How pairs are changed before the discriminators see them, so that little data lasts.
public struct TrainingAugmentation: Sendable, Codable, Equatable {
  /// `none`; `fixed`, every change with the probability `changes.strength`; or `adaptive`, with one that
  /// begins at 0 and that `AdaptiveStrength` moves.
  public enum Kind: String, Sendable, Codable, CaseIterable { case none, fixed, adaptive }

  public var kind = Kind.none
  /// The changes and how far they go.
  public var changes = Augmentation()
  /// The mean sign of the logits of real images that an adaptive strength aims at.
  public var target = 0.6
  /// Real images in which an adaptive strength goes from 0 to 1 at most.
  public var span = 500_000.0

  public init() {}

  /// The strength that a training begins with.
  var first: Double {
    switch kind {
    case .none, .adaptive: 0
    case .fixed: changes.strength
    }
  }

  /// The strength after an update.
  func next(_ strength: Double, _ signs: AdversarialMeasures.Signs?, images: Int) -> Double {
    guard kind == .adaptive, let signs else { return strength }
    var adaptive = AdaptiveStrength(target: target, span: span, strength: strength)
    adaptive.adapt(sign: Double(signs.realImage), images: images)
    return adaptive.strength
  }

  /// What pairs pass through at a strength; nothing where they stay as they are.
  func transform(_ strength: Double, part: BatchPart?) -> AdversarialPhases.Transform? {
    guard kind != .none, strength > 0 else { return nil }
    var changes = changes
    changes.strength = strength
    return { [changes] shown, random in try changes(shown, random: random, part: part) }
  }
}
