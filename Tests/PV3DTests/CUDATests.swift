import PV3D
import TestSupport
import Tensors
import Testing

/// The same code on a GPU.
///
/// Sums are made in another order there, so that tolerances are wider than on the CPU by what thousands of roundings
/// amount to. Random numbers are the same on both.
@Suite(.enabled(if: Torch.hasCUDA, "libtorch \(Torch.version) finds no CUDA device"))
struct CUDATests {
  /// The CPU only where the suite is run by hand without a GPU.
  private let device = Device.gpu ?? .cpu

  /// Without this the other tests would say little of where tensors are.
  @Test func tensorsOfTwoDevicesDoNotMix() throws {
    let (here, there) = (try Tensor([1, 2]), try Tensor([3, 4]).to(device))
    #expect(there.device == device)
    #expect(throws: TensorError.self) { try here + there }
    #expect(throws: TensorError.self) { try there.multiplied(by: here) }
    #expect(try there.to(.cpu).floats() == [3, 4])
  }

  @Test(arguments: GeneratorTests.cases) func imagesAreTheOfficialOnes(_ name: String) throws {
    let fixture = try Fixture("tiny", "generator_eval")
    let backbone = try Fixture("tiny", "backbone")
    func input(_ name: String) throws -> Tensor { try backbone(name).to(device) }
    let generator = try TinyModel.generator(
      name == "ema" ? "generator_ema" : "generator", on: device)
    #expect(generator.device == device)
    let truncation = name.wholeMatch(of: /psi([0-9.]+)/).flatMap { Float($0.1) }
    let (options, side) = try RenderPath.composed.options(
      fixture, name, batch: backbone("z").shape[0], points: fixture.has("\(name).xyz"))
    let label = try input("c_render")
    let made = try generator(
      z: input("z"), motion: input("z_motion"), time: input("t"), label: label,
      condition: truncation == nil ? input("c_mapping") : label, truncation: truncation ?? 1,
      resolution: side, options: options)
    #expect(made.image.device == device)
    try fixture.check(made.image, "\(name).image", least: 2e-4, exceptFor: 0.002)
    try fixture.check(made.raw, "\(name).image_raw", least: 2e-4, exceptFor: 0.002)
    try fixture.check(made.depth, "\(name).image_depth", least: 2e-4, exceptFor: 0.002)
  }

  @Test(arguments: GeneratorGradientTests.cases)
  func gradientsAreTheOfficialOnes(_ name: String) throws {
    var fewest: [String]?
    for nudge: UInt64 in 0..<10 {
      let run = try GeneratorGradientTests.Run(name, .composed, nudge: nudge, on: device)
      let lines = try run.mismatches()
      if lines.isEmpty { return }
      if lines.count < fewest?.count ?? .max { fewest = lines }
    }
    Issue.record("at the best of all nudges: \((fewest ?? []).joined(separator: "; "))")
  }

  /// A generator, the frames it draws, and a result, on the CPU and on the device.
  private func both<Result>(
    _ body: (Device) throws -> Result
  ) rethrows -> (host: Result, device: Result) { (try body(.cpu), try body(device)) }

  @Test func aRenderingIsThatOfTheCPU() throws {
    let (host, ours) = try both { device in
      try withoutGradients {
        let generator = try SmallGenerator.made(on: device)
        var random = RandomSource(seed: 5)
        let label = try Camera.tensor([Camera(yaw: 0.3, pitch: 0.1)], on: device)
        var options = RenderingOptions()
        (options.jitters, options.seed, options.fused) = (true, 4, device != .cpu)
        return try generator(
          z: random.normal([1, 8]).to(device), motion: random.normal([1, 6]).to(device),
          time: Tensor([1], [1, 1]).to(device), label: label, options: options)
      }
    }
    #expect(ours.image.device == device)
    try expectClose(ours.image, host.image, within: 1e-4, exceptFor: 0.002, "image")
    try expectClose(ours.depth, host.depth, within: 1e-4, exceptFor: 0.002, "depth")
    try expectClose(ours.opacity, host.opacity, within: 1e-4, exceptFor: 0.002, "opacity")
  }

  @Test func anInversionTakesTheSameSteps() throws {
    let (host, ours) = try both { device in
      let generator = try SmallGenerator.made(on: device)
      var options = InversionOptions()
      (options.styleSteps, options.extendedSteps, options.tuningSteps) = (3, 2, 2)
      var inverter = try Inverter(
        generator, InverterTests().targets(SmallGenerator.made()), options: options, seed: 3,
        distances: .init(perceptual: { try ($0 - $1).squared().mean() }))
      var losses: [Float] = []
      inverter.progress = { losses.append($2) }
      let result = try inverter.run()
      #expect(result.styles.device == device)
      #expect(result.tuned.values.allSatisfy { $0.device == device })
      let refinement = FrameRefinement(
        generator, styles: result.styles, steps: 2, options: options)
      let refined = try refinement.refined(InverterTests().targets(SmallGenerator.made()), seed: 1)
      return (losses: losses, cameras: refined.cameras, motion: refined.motion)
    }
    #expect(ours.losses.count == 7)
    for (one, other) in zip(ours.losses, host.losses) { #expect(abs(one / other - 1) < 0.01) }
    for (one, other) in zip(ours.motion.joined(), host.motion.joined()) {
      #expect(abs(one - other) < 0.02)
    }
    for (one, other) in zip(ours.cameras, host.cameras) {
      #expect(zip(one.label, other.label).allSatisfy { abs($0 - $1) < 0.01 })
    }
  }

  @Test func supervisedTrainingTakesTheSameSteps() throws {
    let (host, ours) = try both { device in
      var options = SupervisedOptions()
      options.steps = 6
      (options.raysPerView, options.patchSide, options.shapeRays) = (64, 4, 32)
      (options.rayPart, options.framePart) = (0.5, 0.2)
      let weights = Weights(random: RandomSource(seed: 2), gradients: true, device: device)
      var training = try SupervisedTraining(weights, SmallGenerator.config, options, seed: 4) {
        try ($0 - $1).squared().mean()
      }
      try training.remember(Tensor(full: 0.5, [3, 8]))
      let losses = try (0..<options.steps).map { _ in
        try training.learn([SupervisedTrainingTests.group(0.8)])
      }
      let shipped = try training.shipped()
      #expect(shipped.values.allSatisfy { $0.device == device })
      // What is stored is on the CPU, wherever it was trained.
      func stored(_ tensors: [String: Tensor]) throws -> [String: Tensor] {
        try tensors.mapValues { try $0.to(.cpu) }
      }
      try training.resume(
        step: training.step, average: stored(training.average.tensors),
        first: stored(training.adam.first), second: stored(training.adam.second),
        steps: training.adam.steps)
      let next = try training.learn([SupervisedTrainingTests.group(0.8)])
      return (losses + [next]).map { [$0.color, $0.opacity, $0.density] }
    }
    for (one, other) in zip(ours.joined(), host.joined()) {
      #expect(abs(one - other) < 0.01 * max(other, 0.1), "\(one), on the CPU \(other)")
    }
  }

  @Test(.enabled(if: TinyModel.has("trainstep"))) func anUpdateHasTheOfficialLosses() throws {
    let fixture = try Fixture("tiny", "trainstep")
    let info = try #require(
      Fixture.json("tiny/index.json").members["files"]?.members["trainstep"]?.members["info"]?
        .members)
    let (images, videos) = try TinyDiscriminators.make(gradients: true, on: device)
    var training = try AdversarialTraining(
      TinyModel.generator(gradients: true, on: device), images, videos,
      average: Fixture("tiny", "state").group("generator_ema.").reduce(into: [:]) {
        $0["generator.\($1.key)"] = $1.value
      }, loss: TinyDiscriminators.loss(), schedule: TinyDiscriminators.schedule(),
      samples: #require(info["num_samples_start"]?.int))
    let stored = try TinyDiscriminators.real(fixture)
    let real = FramePairs(
      frames: try stored.frames.to(device), labels: try stored.labels.to(device),
      time: try stored.time.to(device))
    let measures = try training.update(real: real) { phase in
      let name = "it0.\(phase.rawValue)"
      var draw = try TinyDiscriminators.draw(fixture, name, labels: fixture("\(name).gen_cam"))
      draw.z = try draw.z.to(device)
      draw.motion = try draw.motion.to(device)
      draw.time = try draw.time.to(device)
      draw.labels = try draw.labels.to(device)
      draw.points = try draw.points?.to(device)
      draw.perturbations = try draw.perturbations?.to(device)
      draw.noise = try TinyModel.noise(fixture, name, on: device)
      return draw
    }
    let record = info["updates"]?.values.first?.members["losses"]?.members ?? [:]
    for (phase, terms) in measures.losses {
      for (kind, term) in ["img": terms.image, "vid": terms.video] {
        let wanted = try #require(
          record["train/voxceleb/adv_video/\(phase.rawValue)/\(kind)"]?.float)
        let value = try term.item()
        #expect(abs(value - wanted) <= 2e-3 * max(wanted, 1e-3), "\(phase) \(kind)")
      }
    }
    #expect(training.average.tensors.values.allSatisfy { $0.device == device })
  }
}
