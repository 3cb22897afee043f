import Tensors

/// The losses of the four phases of adversarial training, from scores and penalties.
///
/// The non-saturating logistic loss with the R1 penalty on real data, for frames and for pairs, and
/// the smoothness of the density.
/// - Source: Goodfellow et al. 2014; Mescheder et al. 2018; PV3D-SPEC section 14
public struct AdversarialLoss: Sendable, Codable, Equatable {
  public var imageWeight: Float = 1
  public var videoWeight: Float = 1
  /// Weight γ of the R1 penalty.
  public var gradientWeight: Float = 1
  public var densityWeight: Float = 1
  /// Updates from one regularizing phase to the next, by which the phase weighs more.
  public var generatorInterval = 4
  public var discriminatorInterval = 16

  public init() {}

  /// A number for each frame and one for each pair.
  public struct Scores: Sendable {
    /// The frames' numbers, `[pairs · 2, 1]` logits or `[pairs · 2]` penalties.
    public let image: Tensor
    /// The pairs' numbers, `[pairs, 1]` logits or `[pairs]` penalties.
    public let video: Tensor

    public init(image: Tensor, video: Tensor) { (self.image, self.video) = (image, video) }
  }

  /// The weighted parts of a loss, each one number.
  public struct Terms: Sendable {
    public let image: Tensor
    public let video: Tensor

    public var total: Tensor { get throws { try image + video } }
  }

  /// The generator's loss: `mean softplus(-D(fake))`.
  public func generator(_ generated: Scores) throws -> Terms {
    Terms(
      image: try (-generated.image).softplus().mean() * imageWeight,
      video: try (-generated.video).softplus().mean() * videoWeight)
  }

  /// The generator's regularization: the mean difference of densities at near points.
  /// - Parameters:
  ///   - initial: `[frames, points, 1]`
  ///   - perturbed: of the same shape
  public func density(_ initial: Tensor, _ perturbed: Tensor) throws -> Terms {
    let difference = try (initial - perturbed).magnitude().mean()
    return Terms(
      image: try difference * (densityWeight * Float(generatorInterval)),
      video: try Tensor(full: 0, []).to(difference.device))
  }

  /// The discriminators' loss: `mean softplus(D(fake)) + mean softplus(-D(real))`.
  public func discriminator(generated: Scores, real: Scores) throws -> Terms {
    Terms(
      image: try (generated.image.softplus().mean() + (-real.image).softplus().mean())
        * imageWeight,
      video: try (generated.video.softplus().mean() + (-real.video).softplus().mean())
        * videoWeight)
  }

  /// The discriminators' regularization: `γ / 2 · mean |∇D(real)|²`.
  public func gradient(_ penalties: Scores) throws -> Terms {
    let factor = Float(discriminatorInterval) * (gradientWeight / 2)
    return Terms(
      image: try penalties.image.mean() * (factor * imageWeight),
      video: try penalties.video.mean() * (factor * videoWeight))
  }
}
