import Foundation
import Tensors

/// Trains a generator against two discriminators, one update at a time.
///
/// The processes of a group train as one: each makes its update with its part of the batch, as `BatchPart`
/// cuts it; gradients, losses and the average style are averaged, so that all make the same step. Every loss
/// is a mean over pairs or frames, so the step is that of the whole batch but for rounding, and but for the
/// deviation that the discriminators take within groups of a batch: these groups lie within a process,
/// as in the official training. The moving average follows from equal tensors and is not exchanged.
/// - Source: PV3D-SPEC sections 13 and 14
public struct AdversarialTraining {
  /// What one update minimizes, in its order.
  public enum Phase: String, Sendable, CaseIterable {
    case generatorMain = "Gmain"
    case generatorRegularization = "Greg"
    case discriminatorMain = "Dmain"
    case discriminatorRegularization = "Dreg"
  }

  public let generator: Generator
  public let images: ImageDiscriminator
  public let videos: VideoDiscriminator
  /// The average of the generator, by the names of its tensors.
  public let average: MovingAverage
  public var loss: AdversarialLoss
  public var schedule: AdversarialSchedule
  public var generatorOptimizer: Adam
  public var imageOptimizer: Adam
  public var videoOptimizer: Adam
  /// Names of tensors that stay as they are.
  public var frozen: Set<String> = []
  /// What frames pass through before the discriminators see them, real and generated ones alike.
  public var transform: AdversarialPhases.Transform?
  /// Updates made.
  public private(set) var updates: Int
  /// Identities seen.
  public private(set) var samples: Int
  /// The processes that train together; nil for this one alone.
  public let group: ProcessGroup?

  /// With a group all processes start from the tensors of the first one; `schedule.batch` counts the
  /// identities of all of them.
  /// - Parameters:
  ///   - average: tensors at which the average starts; the generator's own when nil
  public init(
    _ generator: Generator, _ images: ImageDiscriminator, _ videos: VideoDiscriminator,
    average: [String: Tensor]? = nil, loss: AdversarialLoss = AdversarialLoss(),
    schedule: AdversarialSchedule = AdversarialSchedule(), updates: Int = 0, samples: Int = 0,
    group: ProcessGroup? = nil
  ) throws {
    self.group = group
    (self.generator, self.images, self.videos) = (generator, images, videos)
    self.average = try MovingAverage(
      average?.mapValues { try $0.to(generator.device) }
        ?? generator.parameters.merging(generator.buffers) { first, _ in first })
    (self.loss, self.schedule) = (loss, schedule)
    (self.updates, self.samples) = (updates, samples)
    generatorOptimizer = Self.optimizer(rate: 0.0025, interval: loss.generatorInterval)
    imageOptimizer = Self.optimizer(rate: 0.002, interval: loss.discriminatorInterval)
    videoOptimizer = Self.optimizer(rate: 0.002, interval: loss.discriminatorInterval)
    for tensors in [
      generator.parameters, generator.buffers, images.parameters, images.buffers,
      videos.parameters, videos.buffers, self.average.tensors,
    ] { try group?.share(tensors) }
  }

  /// Adam without momentum, slowed by `interval / (interval + 1)` because a regularization
  /// every `interval` updates takes steps of its own.
  /// - Source: Karras et al. 2020, appendix B; PV3D-SPEC section 2
  public static func optimizer(rate: Double, interval: Int) -> Adam {
    let ratio = Double(interval) / Double(interval + 1)
    return Adam(rate: Float(rate * ratio), beta1: 0, beta2: pow(0.99, ratio))
  }

  /// The phases of the update that comes next.
  public var phases: [Phase] {
    Phase.allCases.filter { phase in
      switch phase {
      case .generatorMain, .discriminatorMain: true
      case .generatorRegularization: updates % loss.generatorInterval == 0
      case .discriminatorRegularization: updates % loss.discriminatorInterval == 0
      }
    }
  }

  /// Makes one update.
  /// - Parameters:
  ///   - real: the pairs of this device
  ///   - random: from which the transform draws
  ///   - draw: the random numbers of a phase; not asked for the gradient penalty
  @discardableResult public mutating func update(
    real: FramePairs, random: RandomSource = RandomSource(seed: 0),
    draw: (Phase) throws -> AdversarialDraw
  ) throws -> AdversarialMeasures {
    let setting = schedule.setting(at: samples)
    let now = try AdversarialPhases(
      generator, images, videos, loss: loss, setting: setting, transform: transform,
      random: random)
    var measures = AdversarialMeasures()
    for phase in phases {
      let terms: AdversarialLoss.Terms
      switch phase {
      case .generatorMain:
        terms = try now.generatorLoss(draw(phase))
        try generatorOptimizer.step(terms.total, moving(generator.parameters), group: group)
      case .generatorRegularization:
        terms = try now.densityLoss(draw(phase))
        try generatorOptimizer.step(terms.total, moving(generator.parameters), group: group)
      case .discriminatorMain:
        let drawn = try draw(phase)
        let scores = try now.discriminatorScores(drawn, real: real)
        terms = try loss.discriminator(generated: scores.generated, real: scores.real)
        measures.signs = try .init(generated: scores.generated, real: scores.real, group: group)
        if !holdsAverageStyle {
          let style = try now.averageStyle(drawn)
          try generator.mapping.average.blend(
            towards: group?.average([style])[0] ?? style, keeping: 0)
        }
        try step(terms)
      case .discriminatorRegularization:
        let penalties = try now.penalties(real: real)
        terms = try loss.gradient(penalties)
        measures.penalties = try .init(penalties, group: group)
        try step(terms)
      }
      measures.losses[phase] = try reported(terms)
    }
    try average.update(generator.parameters, keeping: setting.averageKept)
    try average.update(generator.buffers, keeping: 0)
    updates += 1
    samples += schedule.batch
    return measures
  }

  /// Moves both discriminators, which share no tensor.
  private mutating func step(_ terms: AdversarialLoss.Terms) throws {
    try imageOptimizer.step(terms.image, moving(images.parameters), group: group)
    try videoOptimizer.step(terms.video, moving(videos.parameters), group: group)
  }

  /// Whether the mapping's running mean of styles is frozen.
  private var holdsAverageStyle: Bool { frozen.contains { $0.hasSuffix("mapping.w_avg") } }

  /// The tensors that are not frozen.
  private func moving(_ tensors: [String: Tensor]) -> [String: Tensor] {
    frozen.isEmpty ? tensors : tensors.filter { !frozen.contains($0.key) }
  }

  /// The terms of the whole batch, without their history.
  private func reported(_ terms: AdversarialLoss.Terms) throws -> AdversarialLoss.Terms {
    let own = [try terms.image.detached(), try terms.video.detached()]
    let all = try group?.average(own) ?? own
    return AdversarialLoss.Terms(image: all[0], video: all[1])
  }
}
