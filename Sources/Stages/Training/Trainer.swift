import Foundation
import PV3D
import Pipeline
import Tensors

/// Runs an adversarial training in a folder: clips in; checkpoints, a model, a log and sheets out.
///
/// All random numbers follow from the seed, the number of the update and the phase. A training that was killed
/// and goes on from its last checkpoint makes the numbers that it would have made.
public struct Trainer {
  public let config: TrainingConfig
  public let folder: TrainingFolder
  public private(set) var training: AdversarialTraining
  private let source: any ClipSource
  private let log: TrainingLog
  private let sheet: SampleSheet
  private let random: RandomSource
  private let device: Device
  private let part: BatchPart
  private var clock: TrainingClock

  /// Begins the training of a configuration, or goes on where its folder has a checkpoint.
  /// - Throws: `PipelineError` for what the configuration says wrongly
  public init(_ config: TrainingConfig, resuming: Bool) throws {
    self.config = config
    folder = TrainingFolder(config.out)
    guard resuming || !folder.isBegun else {
      throw PipelineError([
        Issue(
          "\(config.out) already holds a training; go on with '--resume \(config.out)', or name "
            + "another folder", at: "/out")
      ])
    }
    Torch.threads =
      config.threads > 0
      ? config.threads : max(1, ProcessInfo.processInfo.activeProcessorCount - 1)
    device = config.device == .cuda ? .cuda : .cpu
    random = RandomSource(seed: config.seed).derived("training")
    part = BatchPart(of: config.batch)
    sheet = SampleSheet(seed: config.seed)
    source = try Self.source(config)
    let checkpoint = folder.hasCheckpoint ? try TrainingCheckpoint(path: folder.checkpoint) : nil
    training = try TrainingNetworks(config, random: random, device: device)
      .training(resuming: checkpoint)
    clock = TrainingClock(spent: checkpoint?.seconds ?? 0)
    if !folder.isBegun { try folder.begin(config) }
    log = try TrainingLog(path: folder.log, after: training.updates)
  }

  private static func source(_ config: TrainingConfig) throws -> any ClipSource {
    let side = config.model.imageResolution
    let data = config.data
    return data.heads.isEmpty
      ? try ClipFolder(
        path: data.clips, side: side, batch: config.batch, seed: config.seed,
        mirrored: data.mirrored)
      : try HeadClips(
        folder: data.heads, side: side, seed: config.seed, mirrored: data.mirrored,
        backdrop: data.backdrop)
  }

  /// Trains until `end` updates are made, at most to the end of the configuration.
  ///
  /// A task that is canceled finishes its update, writes a checkpoint and throws `CancellationError`.
  public mutating func run(
    until end: Int? = nil, observe: (TrainingLog.Line) -> Void
  ) async throws {
    let end = min(end ?? config.length, config.length)
    if training.updates == 0 { try drawSheet() }
    var next = read(training.updates)
    while training.updates < end {
      let real = try await next.value.to(device)
      if training.updates + 1 < end { next = read(training.updates + 1) }
      let line = try update(real)
      try log.write(line)
      observe(line)
      try drawSheet()
      if Task.isCancelled {
        try folder.save(training, seconds: clock.spent)
        throw CancellationError()
      }
      if training.updates % config.checkpointEvery == 0, training.updates < end {
        try folder.save(training, seconds: clock.spent)
      }
    }
    try folder.save(training, seconds: clock.spent)
  }

  /// The pairs of an update, read while the one before is made.
  private func read(_ update: Int) -> Task<FramePairs, any Error> {
    Task.detached { [source, part] in try source.pairs(part, update: update) }
  }

  /// Makes one update.
  private mutating func update(_ real: FramePairs) throws -> TrainingLog.Line {
    let update = training.updates
    let random = random.derived("update \(update)")
    let (source, part, device) = (source, part, device)
    let config = training.generator.config
    let measures = try training.update(real: real, random: random.derived("transform")) { phase in
      try AdversarialDraw(
        labels: source.cameras(part, update: update, phase: phase).to(device), config,
        random: random.derived(phase.rawValue),
        points: phase == .generatorRegularization ? Self.densityPoints : 0)
    }
    let seconds = clock.lap()
    return try TrainingLog.Line(
      update: training.updates, samples: training.samples, seconds: clock.spent,
      imagesPerSecond: Double(2 * part.batch) / seconds, measures)
  }

  /// Points of each frame at which density is regularized.
  /// - Source: PV3D-SPEC section 14
  private static let densityPoints = 1000

  private func drawSheet() throws {
    guard config.sheetEvery > 0, training.updates % config.sheetEvery == 0 else { return }
    try sheet.write(
      training.average.tensors, training.generator.config, to: folder.sheet(training.updates))
  }
}

/// How long a training took, over all of its runs.
private struct TrainingClock {
  private(set) var spent: Double
  private var last = ContinuousClock.now

  init(spent: Double) { self.spent = spent }

  /// Seconds since the last lap or the start.
  mutating func lap() -> Double {
    let now = ContinuousClock.now
    let seconds = (now - last) / .seconds(1)
    last = now
    spent += seconds
    return max(seconds, 1e-9)
  }
}
