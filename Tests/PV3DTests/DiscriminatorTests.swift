import PV3D
import TestSupport
import Tensors
import Testing

@Suite(.enabled(if: TinyModel.has("disc"))) struct DiscriminatorTests {
  private let fixture: Fixture
  private let images: ImageDiscriminator
  private let videos: VideoDiscriminator

  init() throws {
    fixture = try Fixture("tiny", "disc")
    (images, videos) = try TinyDiscriminators.make(gradients: true)
  }

  /// Compares every recorded step of one network.
  private func check(
    _ body: DiscriminatorBody, _ name: String, label: Tensor,
    run: (@escaping (Int, Tensor) -> Void) throws -> Tensor
  ) throws {
    var features: [(Int, Tensor)] = []
    let logits = try run { features.append(($0, $1)) }
    for (resolution, found) in features {
      try fixture.check(found, "\(name).b\(resolution).sample0")
    }
    let last = try #require(features.last).1
    let deviation = try MinibatchStdDev.appended(
      to: last, size: TinyDiscriminators.config().groupSize)
    try fixture.check(
      deviation.sliced(1, last.shape[1]..<last.shape[1] + 1), "\(name).b4.mbstd_channel")
    try fixture.check(body.epilogue.seen(last), "\(name).b4.out")
    try fixture.check(body.mapping(label), "\(name).cmap")
    try fixture.check(logits, "logits_\(name)")
  }

  @Test func imageLogitsAreTheOfficialOnes() throws {
    let label = try fixture("c")
    try check(images.body, "img", label: label) {
      try images(fixture("image"), raw: fixture("image_raw"), label: label, observe: $0)
    }
  }

  @Test func videoLogitsAreTheOfficialOnes() throws {
    let label = try fixture("c")
    let input = try VideoDiscriminator.input(fixture("image"), time: fixture("t"))
    try fixture.check(input, "vid_input.sample0")
    try check(videos.body, "vid", label: label.reshaped(label.shape[0] / 2, -1)) {
      try videos(input, label: label, observe: $0)
    }
  }

  @Test func gradientsOfTheGradientPenaltyAreTheOfficialOnes() throws {
    let phases = try AdversarialPhases(
      TinyModel.generator(), images, videos, loss: AdversarialLoss(),
      setting: TinyDiscriminators.schedule().setting(at: 2_000_000))
    let shown = AdversarialPhases.Shown(
      image: try fixture("image"), raw: try fixture("image_raw"), label: try fixture("c"),
      time: try fixture("t"))
    let found = try phases.inputGradients(shown)
    try fixture.check(found.image, "r1.grad_image", least: 2e-2)
    try fixture.check(found.raw, "r1.grad_image_raw", least: 2e-2)
    try fixture.check(found.video, "r1.grad_vid_input", least: 2e-2)
    let penalties = try found.penalties
    try fixture.check(penalties.image, "r1.penalty_img", least: 1e-4)
    try fixture.check(penalties.video, "r1.penalty_vid", least: 1e-4)
    let sum = try penalties.image.mean() + penalties.video.mean()
    let norms = try Fixture.json("tiny/norms.json").members["disc.r1"]?.members
    for (network, parameters) in [
      "img_discriminator": images.parameters, "vid_discriminator": videos.parameters,
    ] {
      let names = parameters.keys.sorted()
      for (name, gradient) in zip(names, try sum.gradients(names.compactMap { parameters[$0] })) {
        if fixture.has("r1.grad.\(name)") {
          try fixture.check(#require(gradient), "r1.grad.\(name)", least: 5e-3)
        }
        let short = String(name.dropFirst(network.count + 1))
        guard let norm = norms?[network]?.members[short]?.float else { continue }
        let ours = try gradient?.squared().sum().squareRoot().item() ?? 0
        Parity.measured("\(fixture.path)/r1.norm.\(name)", ours, norm, tolerance: 5e-3)
        #expect(abs(ours - norm) <= 5e-3 * norm, "\(name): length \(ours), reference \(norm)")
      }
    }
  }
}
