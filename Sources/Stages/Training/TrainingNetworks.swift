import PV3D
import Pipeline
import Tensors

/// Makes the networks and optimizers of a training, new ones or those of a checkpoint.
struct TrainingNetworks {
  private let config: TrainingConfig
  private let random: RandomSource
  private let device: Device
  private let group: ProcessGroup?

  init(_ config: TrainingConfig, random: RandomSource, device: Device, group: ProcessGroup?) {
    (self.config, self.random, self.device, self.group) = (config, random, device, group)
  }

  func training(resuming checkpoint: TrainingCheckpoint?) throws -> AdversarialTraining {
    let generator = try generator(checkpoint)
    if checkpoint == nil, config.from.isEmpty { try fillBank(generator) }
    var sizes = config.discriminators
    if config.precision == .half, sizes.halfFrom == 0 { sizes.halfFrom = 64 }
    let images = try started(with: "img_discriminator.", checkpoint) {
      try ImageDiscriminator($0, sizes)
    }
    let videos = try started(with: "vid_discriminator.", checkpoint) {
      try VideoDiscriminator($0, sizes)
    }
    var training = try AdversarialTraining(
      generator, images, videos, average: checkpoint?.tensors(removing: "generator_ema."),
      loss: config.loss, schedule: config.schedule, updates: checkpoint?.updates ?? 0,
      samples: checkpoint?.samples ?? 0, group: group)
    training.generatorOptimizer = AdversarialTraining.optimizer(
      rate: config.rates.generator, interval: config.loss.generatorInterval)
    training.imageOptimizer = AdversarialTraining.optimizer(
      rate: config.rates.discriminators, interval: config.loss.discriminatorInterval)
    training.videoOptimizer = training.imageOptimizer
    if let checkpoint {
      training.generatorOptimizer = checkpoint.resumed(
        training.generatorOptimizer, of: "generator.", named: "")
      training.imageOptimizer = checkpoint.resumed(
        training.imageOptimizer, of: "", named: "img_discriminator.")
      training.videoOptimizer = checkpoint.resumed(
        training.videoOptimizer, of: "", named: "vid_discriminator.")
    }
    training.frozen = try frozen(training)
    return training
  }

  private func generator(_ checkpoint: TrainingCheckpoint?) throws -> Generator {
    guard checkpoint == nil, !config.from.isEmpty else {
      return try Generator(
        checkpoint.map { weights($0.tensors(removing: "generator.")) }
          ?? Weights(random: random.derived("generator"), gradients: true, device: device),
        config.model, precision: config.precision)
    }
    return try blamingStart {
      try ModelFile.read(
        config.from, config: config.model, gradients: true, device: device,
        precision: config.precision
      ).generator
    }
  }

  /// A discriminator out of a checkpoint; else of the start, which may hold one; else a new one.
  private func started<Discriminator>(
    with prefix: String, _ checkpoint: TrainingCheckpoint?,
    _ made: (Weights) throws -> Discriminator
  ) throws -> Discriminator {
    func part(_ tensors: [String: Tensor]) -> [String: Tensor] {
      tensors.filter { $0.key.hasPrefix(prefix) }
    }
    if let checkpoint { return try made(weights(part(checkpoint.tensors))) }
    let found = try blamingStart {
      try config.from.isEmpty ? [:] : part(Safetensors(path: config.from).tensors())
    }
    guard found.isEmpty else { return try blamingStart { try made(weights(found)) } }
    return try made(
      Weights(random: random.derived(prefix), gradients: true, device: device))
  }

  private func weights(_ tensors: [String: Tensor]) -> Weights {
    Weights(checkpoint: tensors, gradients: true, device: device)
  }

  /// Gives failures the place of the file that the training starts with.
  private func blamingStart<Value>(_ body: () throws -> Value) throws -> Value {
    do { return try body() } catch {
      throw PipelineError([Issue("\(error)", at: JSONPointer.root / "from")])
    }
  }

  /// New models that store looks know random ones: codes as the training draws them.
  private func fillBank(_ generator: Generator) throws {
    guard let bank = generator.mapping.bank else { return }
    var random = random.derived("looks")
    try bank.blend(towards: random.normal(bank.shape).to(device), keeping: 0)
  }

  /// The names of the tensors that the configuration freezes.
  private func frozen(_ training: AdversarialTraining) throws -> Set<String> {
    let generator = training.generator
    var own: [String: String] = [:]
    for name in Array(generator.parameters.keys) + Array(generator.buffers.keys) {
      own["generator.\(name)"] = name
    }
    for name in [training.images.parameters, training.videos.parameters].flatMap(\.keys) {
      own[name] = name
    }
    var issues: [Issue] = []
    var result: Set<String> = []
    for (index, beginning) in config.freeze.enumerated() {
      let matching = own.filter { $0.key.hasPrefix(beginning) }
      if matching.isEmpty || beginning.isEmpty {
        let hint = NearestName.ofBeginning(beginning, among: own.keys)
          .map { "; did you mean '\($0)'?" }
        issues.append(
          Issue(
            "no tensor's name begins with '\(beginning)'"
              + (hint ?? "; names begin with generator, img_discriminator or vid_discriminator"),
            at: JSONPointer.root / "freeze" / index))
      }
      result.formUnion(matching.values)
    }
    guard issues.isEmpty else { throw PipelineError(issues) }
    return result
  }
}
