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

    init(
      generated: AdversarialLoss.Scores, real: AdversarialLoss.Scores, group: ProcessGroup?
    ) throws {
      let own = try [real.image, generated.image, real.video, generated.video].map(Self.mean)
      let all = try Tensor(own, [own.count])
      let means = try (group?.average([all])[0] ?? all).floats()
      (realImage, generatedImage, realVideo, generatedVideo) = (
        means[0], means[1], means[2], means[3]
      )
    }

    private static func mean(_ logits: Tensor) throws -> Float {
      let values = try logits.floats()
      return values.reduce(0) { $0 + ($1 > 0 ? 1 : $1 < 0 ? -1 : 0) } / Float(values.count)
    }
  }

  /// Means of the squared lengths of gradients.
  public struct Penalties: Sendable, Equatable {
    public let image, video: Float

    init(_ penalties: AdversarialLoss.Scores, group: ProcessGroup?) throws {
      let own = [try penalties.image.mean(), try penalties.video.mean()]
      let all = try group?.average(own) ?? own
      (image, video) = (try all[0].item(), try all[1].item())
    }
  }
}
