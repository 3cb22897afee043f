import Foundation
import PV3D
import TestSupport
import Tensors
import Testing

/// The four phases of training at two points of the schedules.
///
/// The generator's gradients jump with its leaky rectifiers, as `GeneratorGradientTests` says, and
/// are the official ones at one of several nudges of its codes.
@Suite(.enabled(if: TinyModel.has("phases"))) struct PhaseTests {
  private let fixture: Fixture
  private let phases: [String: Parameter]
  private let generator: Generator
  private let images: ImageDiscriminator
  private let videos: VideoDiscriminator
  private let real: FramePairs

  init() throws {
    fixture = try Fixture("tiny", "phases")
    phases =
      try Fixture.json("tiny/index.json").members["files"]?.members["phases"]?
      .members["phases"]?.members ?? [:]
    generator = try TinyModel.generator(gradients: true)
    (images, videos) = try TinyDiscriminators.make(gradients: true)
    real = try TinyDiscriminators.real(fixture)
  }

  private func phase(_ name: String) throws -> AdversarialPhases {
    let samples = try #require(phases[name]?.members["num_samples"]?.int)
    return try AdversarialPhases(
      generator, images, videos, loss: TinyDiscriminators.loss(),
      setting: TinyDiscriminators.schedule().setting(at: samples))
  }

  private func draw(_ name: String) throws -> AdversarialDraw {
    try TinyDiscriminators.draw(fixture, name, labels: fixture("gen_cam"))
  }

  private func check(
    _ scores: AdversarialLoss.Scores, _ name: String, least: Float = 1e-5
  ) throws {
    try fixture.check(scores.image, name.replacing("*", with: "img"), least: least)
    try fixture.check(scores.video, name.replacing("*", with: "vid"), least: least)
  }

  private func report(_ line: String) {
    if ProcessInfo.processInfo.environment["PVPIPE_PRINT_DIFFERENCES"] != nil { print(line) }
  }

  /// Compares a loss, its parts, and which tensors it has no gradient of.
  private func check(
    _ terms: AdversarialLoss.Terms, _ name: String, _ parameters: [String: Tensor]
  ) throws {
    let record = try #require(phases[name]?.members)
    for (kind, term) in [
      "loss": try terms.total, "loss_img": terms.image, "loss_vid": terms.video,
    ] {
      let (ours, wanted) = (try term.item(), try #require(record[kind]?.float))
      #expect(abs(ours - wanted) <= 1e-5 * max(wanted, 1e-3), "\(name) \(kind): \(ours), \(wanted)")
      report("\(name) \(kind): ours \(ours), reference \(wanted)")
      Parity.measured("\(fixture.path)/\(name).losses", ours, wanted, tolerance: 1e-5)
    }
    let names = parameters.keys.sorted()
    let gradients = try terms.total.gradients(names.compactMap { parameters[$0] })
    let without = zip(names, gradients).filter { $1 == nil }.map(\.0)
    #expect(
      without == record["params_without_grad"]?.values.compactMap(\.string).sorted(), "\(name)")
  }

  /// Which gradients are not as recorded, in a line each; nothing is noted of a nudge at which one is not.
  private func mismatches(
    _ terms: AdversarialLoss.Terms, _ name: String, _ parameters: [String: Tensor]
  ) throws -> [String] {
    let norms = try #require(
      Fixture.json("tiny/norms.json").members["phases"]?.members[name]?.members)
    // Sums that cancel exactly leave nothing but rounding.
    let least = (norms.values.compactMap(\.float).max() ?? 0) * 1e-7
    let names = parameters.keys.sorted()
    var lines: [String] = []
    var worst: (part: Float, name: String) = (0, "")
    var notes: [() -> Void] = []
    let gradients = try terms.total.gradients(names.compactMap { parameters[$0] })
    for (input, gradient) in zip(names, gradients) {
      guard let gradient else { continue }
      let stored = "\(name).grad.\(input)"
      if fixture.has(stored) {
        let difference = try Difference(gradient, fixture(stored))
        report("\(stored): \(difference)")
        notes.append {
          Parity.measured("\(fixture.path)/\(stored)", difference, tolerance: 5e-3)
        }
        if difference.largest > 5e-3 * difference.scale { lines.append("\(input): \(difference)") }
      }
      let norm = try #require(norms[input]?.float, "no norm of \(input) is recorded")
      let ours = try gradient.squared().sum().squareRoot().item()
      let delta = max(0, abs(ours - norm) - least)
      notes.append {
        Parity.measured(
          "\(fixture.path)/\(name).norm.\(input)", norm + delta, norm, tolerance: 5e-3)
      }
      if delta > 5e-3 * norm { lines.append("\(input): length \(ours), reference \(norm)") }
      if delta > worst.part * norm { worst = (delta / norm, input) }
    }
    report("\(name) lengths of gradients: worst \(worst)")
    if lines.isEmpty { for note in notes { note() } }
    return lines
  }

  /// Expects the gradients of a generator's phase at one of the nudges of z.
  private func checkGradients(
    _ name: String, _ loss: (AdversarialDraw) throws -> AdversarialLoss.Terms
  ) throws {
    var fewest: [String]?
    for nudge: UInt64 in 0..<10 {
      var draw = try draw(name)
      if nudge > 0 {
        let random = RandomSource(seed: nudge)
        draw.z = try draw.z * (random.normals(draw.z.shape) * 1e-6 + 1)
        draw.motion = try draw.motion * (random.normals(draw.motion.shape) * 1e-6 + 1)
      }
      let lines = try mismatches(loss(draw), name, generator.parameters)
      if lines.isEmpty { return }
      if lines.count < fewest?.count ?? .max { fewest = lines }
    }
    Issue.record("\(name), the best of all nudges: \((fewest ?? []).joined(separator: "; "))")
  }

  private var discriminators: [String: Tensor] {
    images.parameters.merging(videos.parameters) { first, _ in first }
  }

  /// The recorded points of the schedules.
  static let points =
    (try? Fixture("tiny", "phases").names.compactMap {
      $0.hasSuffix(".Gmain.z") ? String($0.dropLast(8)) : nil
    }) ?? []

  @Test(arguments: points) func generatorsPhaseIsTheOfficialOne(_ point: String) throws {
    let name = "\(point).Gmain"
    let (phase, draw) = (try phase(name), try draw(name))
    let made = try phase.generated(draw)
    let shown = try phase.shown(made, draw)
    try fixture.check(made.raw, "\(name).render_imgs", exceptFor: 0.001)
    try fixture.check(made.depth, "\(name).depth", exceptFor: 0.001)
    try fixture.check(shown.image, "\(name).generated_imgs.sample0", exceptFor: 0.001)
    try fixture.check(phase.shown(real).raw, "\(name).frames_raw")
    try check(phase.scores(shown), "\(name).generated_*_scores", least: 2e-5)
    try check(phase.generatorLoss(draw), name, generator.parameters)
    try checkGradients(name, phase.generatorLoss)
  }

  @Test(arguments: points) func densityRegularizationIsTheOfficialOne(_ point: String) throws {
    let name = "\(point).Greg"
    let (phase, draw) = (try phase(name), try draw(name))
    let found = try phase.densities(draw)
    try fixture.check(found.initial, "\(name).sigma_initial")
    try fixture.check(found.perturbed, "\(name).sigma_perturbed")
    try check(phase.densityLoss(draw), name, generator.parameters)
    try checkGradients(name, phase.densityLoss)
  }

  @Test(arguments: points) func discriminatorsPhaseIsTheOfficialOne(_ point: String) throws {
    let name = "\(point).Dmain"
    let (phase, draw) = (try phase(name), try draw(name))
    try check(
      phase.scores(phase.shown(phase.generated(draw), draw)), "\(name).generated_*_scores",
      least: 2e-5)
    try check(phase.scores(phase.shown(real)), "\(name).real_*_scores")
    try fixture.check(phase.averageStyle(draw), "\(name).w_avg_after")
    try check(phase.discriminatorLoss(draw, real: real), name, discriminators)
    #expect(
      try mismatches(phase.discriminatorLoss(draw, real: real), name, discriminators) == [])
    let leaves = Array(generator.parameters.values)
    #expect(
      try phase.discriminatorLoss(draw, real: real).total.gradients(leaves).allSatisfy { $0 == nil }
    )
  }

  @Test(arguments: points) func gradientPenaltyIsTheOfficialOne(_ point: String) throws {
    let name = "\(point).Dreg"
    let phase = try phase(name)
    try check(
      phase.inputGradients(phase.shown(real)).penalties, "\(name).grad_*_penalty", least: 1e-4)
    try check(phase.gradientLoss(real: real), name, discriminators)
    #expect(try mismatches(phase.gradientLoss(real: real), name, discriminators) == [])
  }
}
