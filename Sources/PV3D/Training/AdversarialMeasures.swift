import Tensors

/// What one update of adversarial training measured.
public struct AdversarialMeasures: Sendable {
  /// The weighted losses of the phases that ran.
  public var losses: [AdversarialTraining.Phase: AdversarialLoss.Terms] = [:]
  /// How the discriminators judged in Dmain.
  public var signs: Signs?
  /// The mean squared gradients of Dreg, without their weights; nil where it did not run.
  public var penalties: Penalties?

  public init() {}

  /// Means of the signs of logits, in -1...1: 1 where all are judged to be real.
  public struct Signs: Sendable, Equatable {
    public let realImage, generatedImage, realVideo, generatedVideo: Float

    init(generated: AdversarialLoss.Scores, real: AdversarialLoss.Scores) throws {
      (realImage, generatedImage) = (try Self.mean(real.image), try Self.mean(generated.image))
      (realVideo, generatedVideo) = (try Self.mean(real.video), try Self.mean(generated.video))
    }

    private static func mean(_ logits: Tensor) throws -> Float {
      let values = try logits.floats()
      return values.reduce(0) { $0 + ($1 > 0 ? 1 : $1 < 0 ? -1 : 0) } / Float(values.count)
    }
  }

  /// Means of the squared lengths of gradients.
  public struct Penalties: Sendable, Equatable {
    public let image, video: Float

    init(_ penalties: AdversarialLoss.Scores) throws {
      (image, video) = (try penalties.image.mean().item(), try penalties.video.mean().item())
    }
  }
}
