import ArgumentParser
import Foundation
import Heads
import PV3D
import Pipeline
import Stages
import Tensors

/// Warm-starts a compact generator on renderings of synthetic heads.
struct PretrainCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pretrain",
    abstract: "Warm-start a compact generator on synthetic heads with known codes and cameras.")

  @Option(help: "Folder of the synthetic heads.") var heads: String
  @Option(help: "Folder for the checkpoint, the log and the model.") var out: String
  @Option(
    help: "A model to start from instead of random weights; a checkpoint in 'out' counts more.")
  var from: String?
  @Option(help: "Steps of the whole training.") var steps = 8000
  @Option(help: "Seed of weights, heads and rays.") var seed: UInt64 = 1
  @Option(help: "Where the generator is trained: cpu or cuda.") var device = RunContext.Device.cpu
  @Option(help: "Threads of one tensor operation.") var threads = 1
  @Option(help: "People in one step; each with two expressions.") var looks = 2
  @Option(help: "Views of each expression.") var views = 4
  @Option(help: "Rays of each view while single rays are learned.") var rays = 2048
  @Option(
    help: "The part of the steps that learns from single rays; 0 where a model's shape is kept.")
  var rayPart = SupervisedOptions().rayPart
  @Option(help: "Folder of real portraits to learn from as well; every tenth is left out.")
  var portraits: String?
  @Option(help: "Real portraits in one step.") var portraitsPerStep = 4
  @Option(
    parsing: .upToNextOption,
    help:
      "Beginnings of the names of tensors that learn, such as backbone.synthesis.motion_; all do without."
  )
  var only: [String] = []
  @Option(help: "Stop before this step, to be resumed later.") var until: Int?
  @Option(help: "Minutes between checkpoints.") var interval = 5.0

  func validate() throws {
    try device.checkPresence()
    try ThreadCount.check(threads)
    guard 0...1 ~= rayPart else {
      throw ValidationError("'--ray-part' must be 0 to 1, not \(rayPart)")
    }
    let counts = [
      ("steps", steps), ("looks", looks), ("views", views), ("rays", rays),
      ("portraits-per-step", portraitsPerStep), ("until", until ?? 1),
    ]
    for (name, value) in counts where value < 1 {
      throw ValidationError("'--\(name)' must be above 0, not \(value)")
    }
    guard interval >= 0 else {
      throw ValidationError("'--interval' must be 0 or more, not \(interval)")
    }
  }

  func run() async throws {
    Torch.threads = threads
    try FileManager.default.createDirectory(atPath: out, withIntermediateDirectories: true)
    let source = try HeadViews(folder: heads, seed: seed)
    var options = SupervisedOptions()
    options.steps = steps
    options.raysPerView = rays
    options.rayPart = rayPart
    options.learned = only
    let folder = PretrainingFolder(out)
    let config = CompactModel.config(
      codeLength: source.codeLength,
      portraits: try portraits != nil || folder.storesStyles(startingFrom: from))
    try checkNames(config)
    let real = try portraitFolder(config)
    var training = try folder.resume(
      config: config, options: options, seed: seed, device: device == .cuda ? .cuda : .cpu
    ) {
      let tensors =
        try from.map { try ModelFile.tensors(Safetensors(path: $0), planesOf: config) } ?? [:]
      return try MotionFlowFit(source, config).added(to: tensors)
    }
    try training.remember(source.bank(config.appearanceBank))
    try training.hold(within: MotionReach(source, config).measured())
    try training.meet(real?.portraits ?? [])
    let log = try PretrainingLog(path: "\(out)/log.jsonl", after: training.step)
    let end = min(until ?? steps, steps)
    let (looks, views) = (looks, views)
    @Sendable func made(_ step: Int, _ phase: String) throws -> [ViewGroup] {
      try source.groups(
        step, looks: looks, views: views, side: config.imageResolution,
        supersampling: phase == "rays" ? 1 : 2, motionLength: config.motionDimension)
    }
    var next = Task.detached { [step = training.step, phase = training.phase] in
      try made(step, phase)
    }
    var saved = Date()
    while training.step < end {
      let groups = try await next.value
      let following = training.step + 1
      let phase = training.phase(at: following)
      next = Task.detached { try made(following, phase) }
      let faces = real?.batch(training.step, count: portraitsPerStep, seed: seed) ?? []
      let losses = try training.learn(groups, portraits: faces)
      try log.write(step: training.step, losses)
      if -saved.timeIntervalSinceNow > interval * 60 {
        try folder.save(training)
        saved = Date()
      }
    }
    try folder.save(training)
  }

  private func checkNames(_ config: GeneratorConfig) throws {
    guard !only.isEmpty else { return }
    let names = try Generator(Weights(random: RandomSource(seed: 0)), config).parameters.keys
    for beginning in only
    where beginning.isEmpty || !names.contains(where: { $0.hasPrefix(beginning) }) {
      let hint = NearestName.ofBeginning(beginning, among: names)
        .map { "; did you mean '\($0)'?" }
      throw ValidationError(
        "'--only': no tensor's name begins with '\(beginning)'" + (hint ?? ""))
    }
  }

  private func portraitFolder(_ config: GeneratorConfig) throws -> PortraitFolder? {
    guard let portraits else { return nil }
    let folder = try PortraitFolder(
      portraits, side: config.imageResolution, motionLength: config.motionDimension)
    print("\(folder.portraits.count) portraits, \(folder.rejected.count) left out")
    return folder
  }
}
