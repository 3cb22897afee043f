import Foundation
import PV3D
import Pipeline
import Tensors

/// Runs an adversarial training in a folder: clips in; checkpoints, a model, a log and sheets out.
///
/// All random numbers follow from the seed, the number of the update and the phase. A training that was killed
/// and goes on from its last checkpoint makes the numbers that it would have made. Processes that `torchrun`
/// started share each batch; the first of them writes the files, which all must be able to read.
public struct Trainer {
  public let config: TrainingConfig
  public let folder: TrainingFolder
  public private(set) var training: AdversarialTraining
  private let source: any ClipSource
  /// Nothing where another process writes the files.
  private let log: TrainingLog?
  private let sheet: SampleSheet
  private let random: RandomSource
  private let device: Device
  private let group: ProcessGroup?
  private let places: BatchPlaces
  /// The probability of each change by augmentation.
  private var strength: Double
  private var clock: TrainingClock

  /// Begins the training of a configuration, or goes on where its folder has a checkpoint.
  /// - Throws: `PipelineError` for what the configuration says wrongly
  public init(_ config: TrainingConfig, resuming: Bool) throws {
    self.config = config
    folder = TrainingFolder(config.out)
    device = config.device == .cuda ? .cuda : .cpu
    group = try ProcessGroup(device: device)
    let (rank, ranks) = (group?.rank ?? 0, group?.size ?? 1)
    guard config.batch % ranks == 0 else {
      throw PipelineError([
        Issue("must be a multiple of the \(ranks) processes, not \(config.batch)", at: "/batch")
      ])
    }
    guard resuming || rank > 0 || !folder.isBegun else {
      throw PipelineError([
        Issue(
          "\(config.out) already holds a training; go on with '--resume \(config.out)', or name "
            + "another folder", at: "/out")
      ])
    }
    if resuming { try folder.checkCheckpoint(every: config.checkpointEvery) }
    Torch.threads =
      config.threads > 0
      ? config.threads : max(1, ProcessInfo.processInfo.activeProcessorCount - 1)
    random = RandomSource(seed: config.seed).derived("training")
    places = BatchPlaces(of: config.batch, rank: rank, ranks: ranks)
    sheet = SampleSheet(seed: config.seed)
    source = try Self.source(config)
    let checkpoint = folder.hasCheckpoint ? try TrainingCheckpoint(path: folder.checkpoint) : nil
    strength = checkpoint?.strength ?? config.augment.first
    training = try TrainingNetworks(config, random: random, device: device, group: group)
      .training(resuming: checkpoint)
    clock = TrainingClock(spent: checkpoint?.seconds ?? 0)
    guard rank == 0 else {
      log = nil
      return
    }
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
      if let divergence = line.divergence { throw divergence }
      try log?.write(line)
      observe(line)
      try drawSheet()
      if try isCanceled() {
        try save()
        throw CancellationError()
      }
      if training.updates % config.checkpointEvery == 0, training.updates < end { try save() }
    }
    try save()
  }

  /// Whether this process or another one of the group is asked to end.
  private func isCanceled() throws -> Bool {
    guard let group else { return Task.isCancelled }
    return try group.sum([Tensor([Task.isCancelled ? 1 : 0])])[0].item() > 0
  }

  /// Writes the checkpoint, the model and the page.
  private func save() throws {
    guard log != nil else { return }
    // Losses tell of the weights before the update only.
    for (name, tensor) in training.average.tensors.sorted(by: { $0.key < $1.key }) {
      guard try (tensor * 0).sum().item().isFinite else {
        throw TrainingDivergence(update: training.updates, finding: "'\(name)' is not finite")
      }
    }
    try folder.save(training, seconds: clock.spent, strength: strength)
    try TrainingReport(folder: folder.path).write()
  }

  /// The pairs of an update, read while the one before is made.
  private func read(_ update: Int) -> Task<FramePairs, any Error> {
    Task.detached { [source, places] in try source.pairs(places, update: update) }
  }

  /// Makes one update.
  private mutating func update(_ real: FramePairs) throws -> TrainingLog.Line {
    let update = training.updates
    let random = random.derived("update \(update)")
    let (source, device, part) = (source, device, group.map { BatchPart($0) })
    let config = training.generator.config
    let whole = BatchPlaces(of: self.config.batch)
    training.transform = self.config.augment.transform(strength, part: part)
    let measures = try training.update(real: real, random: random.derived("transform")) { phase in
      // Every process draws for the whole batch and keeps its part.
      let draw = try AdversarialDraw(
        labels: source.cameras(whole, update: update, phase: phase).to(device), config,
        random: random.derived(phase.rawValue),
        points: phase == .generatorRegularization ? Self.densityPoints : 0)
      return try part.map(draw.part) ?? draw
    }
    strength = self.config.augment.next(strength, measures.signs, images: 2 * whole.count)
    let seconds = clock.lap()
    return try TrainingLog.Line(
      update: training.updates, samples: training.samples, seconds: clock.spent,
      imagesPerSecond: Double(2 * whole.count) / seconds, strength: strength, measures)
  }

  /// Points of each frame at which density is regularized.
  /// - Source: PV3D-SPEC section 14
  private static let densityPoints = 1000

  private func drawSheet() throws {
    guard log != nil, config.sheetEvery > 0, training.updates % config.sheetEvery == 0 else {
      return
    }
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
