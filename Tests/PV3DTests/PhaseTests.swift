import Foundation
import PV3D
import TestSupport
import Tensors
import Testing

/// The four phases of training at two points of the schedules.
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

  /// Compares a loss, its parts, and the gradients of all networks' tensors.
  private func check(
    _ terms: AdversarialLoss.Terms, _ name: String, _ networks: [[String: Tensor]]
  ) throws {
    let record = try #require(phases[name]?.members)
    for (kind, ours) in [
      "loss": try terms.total, "loss_img": terms.image, "loss_vid": terms.video,
    ] {
      let (value, wanted) = (try ours.item(), try #require(record[kind]?.float))
      #expect(
        abs(value - wanted) <= 2e-5 * max(wanted, 1e-3), "\(name) \(kind): \(value), \(wanted)")
      if ProcessInfo.processInfo.environment["PVPIPE_PRINT_DIFFERENCES"] != nil {
        print("\(name) \(kind): ours \(value), reference \(wanted)")
      }
    }
    let norms = try Fixture.json("tiny/norms.json").members["phases"]?.members[name]?.members
    let parameters = networks.flatMap { Array($0) }.sorted { $0.key < $1.key }
    var without: [String] = []
    var worst: (Float, String) = (0, "")
    let gradients = try terms.total.gradients(parameters.map(\.value))
    for (input, gradient) in zip(parameters.map(\.key), gradients) {
      guard let gradient else {
        without.append(input)
        continue
      }
      if fixture.has("\(name).grad.\(input)") {
        try fixture.check(gradient, "\(name).grad.\(input)", least: 5e-3)
      }
      guard let norm = norms?[input]?.float else { continue }
      let ours = try gradient.squared().sum().squareRoot().item()
      #expect(abs(ours - norm) <= 5e-3 * norm, "\(name) \(input): length \(ours), wanted \(norm)")
      let part = abs(ours - norm) / max(norm, 1e-30)
      if part > worst.0 { worst = (part, input) }
    }
    if ProcessInfo.processInfo.environment["PVPIPE_PRINT_DIFFERENCES"] != nil {
      print("\(name) gradient lengths: worst \(worst)")
    }
    let wanted = record["params_without_grad"]?.values.compactMap(\.string).sorted()
    #expect(without == wanted, "\(name)")
  }

  /// The recorded points of the schedules.
  static let points = ["blur", "late"]

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
    try check(phase.generatorLoss(draw), name, [generator.parameters])
  }

  @Test(arguments: points) func densityRegularizationIsTheOfficialOne(_ point: String) throws {
    let name = "\(point).Greg"
    let (phase, draw) = (try phase(name), try draw(name))
    let found = try phase.densities(draw)
    try fixture.check(found.initial, "\(name).sigma_initial")
    try fixture.check(found.perturbed, "\(name).sigma_perturbed")
    try check(phase.densityLoss(draw), name, [generator.parameters])
  }

  @Test(arguments: points) func discriminatorsPhaseIsTheOfficialOne(_ point: String) throws {
    let name = "\(point).Dmain"
    let (phase, draw) = (try phase(name), try draw(name))
    try check(
      phase.scores(phase.shown(phase.generated(draw), draw)), "\(name).generated_*_scores",
      least: 2e-5)
    try check(phase.scores(phase.shown(real)), "\(name).real_*_scores")
    try fixture.check(phase.averageStyle(draw), "\(name).w_avg_after")
    let terms = try phase.discriminatorLoss(draw, real: real)
    try check(terms, name, [images.parameters, videos.parameters])
    let leaves = Array(generator.parameters.values)
    #expect(try terms.total.gradients(leaves).allSatisfy { $0 == nil })
  }

  @Test(arguments: points) func gradientPenaltyIsTheOfficialOne(_ point: String) throws {
    let name = "\(point).Dreg"
    let phase = try phase(name)
    try check(
      phase.inputGradients(phase.shown(real)).penalties, "\(name).grad_*_penalty", least: 1e-4)
    try check(phase.gradientLoss(real: real), name, [images.parameters, videos.parameters])
  }
}
