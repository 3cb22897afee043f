import PV3D
import TestSupport
import Tensors
import Testing

/// The default 512-pixel networks with weights from a formula, at sampled places.
@Suite(.enabled(if: FullSizeRecord.present)) struct FullSizeTests {
  private let recorded: FullSizeRecord

  init() throws { recorded = try FullSizeRecord() }

  @Test func imagesOfTheDefaultModelAreTheOfficialOnes() throws {
    let generator = try Generator(
      recorded.weights("generator."), GeneratorConfig(), prefix: "generator")
    let (z, motion) = (
      try recorded.unit("input.z", [1, 512]), try recorded.unit("input.z_motion", [1, 512])
    )
    let (label, condition) = (try recorded.fixture("c_render"), try recorded.fixture("c_mapping"))
    let ws = try generator.mapping(z, label: condition)
    try recorded.check(ws, "ws")
    try recorded.check(generator.mapping(z, label: condition, truncation: 0.7), "ws_psi07")
    let planes = try generator.synthesis(ws, motion: motion * recorded.fixture("t").reshaped(-1, 1))
    try recorded.check(planes, "planes")
    for name in recorded.fixture.names {
      guard let match = name.wholeMatch(of: /(r(\d+)(\.return_depth)?)\.image\.samples/),
        let side = Int(match.2)
      else { continue }
      var options = RenderingOptions()
      let samples = generator.config.depthSamples
      options.returnsPoints = match.3 != nil
      options.jitter = try recorded.uniform("input.jitter.\(side)", [1, side * side, samples, 1])
      options.u = try recorded.uniform("input.u.\(side)", [side * side, samples])
      let made = try generator.rendered(
        planes, ws, label: label, resolution: side, options: options)
      let seen = try generator.renderer(
        planes, Rays(labels: label, resolution: side), options: options)
      let run = String(match.1)
      try recorded.check(seen.features, "\(run).features", exceptFor: 0.002)
      try recorded.check(made.raw, "\(run).image_raw", exceptFor: 0.002)
      try recorded.check(made.depth, "\(run).image_depth", exceptFor: 0.002)
      try recorded.check(made.image, "\(run).image", exceptFor: 0.002)
      guard let points = made.points else { continue }
      try recorded.check(points, "\(run).xyz", exceptFor: 0.002)
      try recorded.check(made.opacity, "\(run).weight_total", exceptFor: 0.002)
    }
  }

  @Test func preparedImagesOfTheDefaultModelAreTheOfficialOnes() throws {
    let generator = try Generator(
      recorded.weights("generator."), GeneratorConfig(), prefix: "generator")
    let (z, code) = (
      try recorded.unit("input.z", [1, 512]), try recorded.unit("input.z_motion", [1, 512])
    )
    let clip = try PreparedGenerator(generator)
      .clip(generator.mapping(z, label: recorded.fixture("c_mapping")))
    let planes = try clip.planes(motion: code * recorded.fixture("t").reshaped(-1, 1))
    try recorded.check(planes, "planes")
    var options = RenderingOptions()
    let samples = generator.config.depthSamples
    options.jitter = try recorded.uniform("input.jitter.64", [1, 64 * 64, samples, 1])
    options.u = try recorded.uniform("input.u.64", [64 * 64, samples])
    let made = try clip.rendered(
      planes, label: recorded.fixture("c_render"), resolution: 64, options: options)
    try recorded.check(made.raw, "r64.image_raw", exceptFor: 0.002)
    try recorded.check(made.image, "r64.image", exceptFor: 0.002)
  }

  /// Recorded numbers repeated to blocks of pixels, as they are fed.
  private func repeated(_ blocks: Tensor, _ times: Int) throws -> Tensor {
    let (batch, side) = (blocks.shape[0], blocks.shape[2])
    return try blocks.reshaped(batch, 3, side, 1, side, 1)
      .expanded([batch, 3, side, times, side, times])
      .reshaped(batch, 3, side * times, side * times)
  }

  @Test func logitsOfTheDefaultModelAreTheOfficialOnes() throws {
    let fixture = recorded.fixture
    guard fixture.has("disc.c") else { return print("skipped: no logits are recorded") }
    let blocks = try recorded.unit("input.disc.blocks", [4, 3, 16, 16], 0.5)
    let (image, label) = (try repeated(blocks, 32), try fixture("disc.c"))
    let config = DiscriminatorConfig()
    try withoutGradients {
      let images = try ImageDiscriminator(recorded.weights("img_discriminator."), config)
      try fixture.check(
        images(image, raw: repeated(blocks, 4), label: label), "disc.logits_img", least: 2e-5)
    }
    try withoutGradients {
      let videos = try VideoDiscriminator(recorded.weights("vid_discriminator."), config)
      let input = try VideoDiscriminator.input(image, time: fixture("disc.Ts"))
      try fixture.check(videos(input, label: label), "disc.logits_vid", least: 2e-5)
    }
  }
}
