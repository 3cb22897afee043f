import PV3D
import TestSupport
import Tensors
import Testing

@Suite(.enabled(if: TinyModel.has("generator_eval") && TinyModel.has("backbone")))
struct GeneratorTests {
  private let fixture: Fixture
  private let backbone: Fixture
  private let batch: Int

  init() throws {
    fixture = try Fixture("tiny", "generator_eval")
    backbone = try Fixture("tiny", "backbone")
    batch = try backbone("z").shape[0]
  }

  /// The names before `.u`, each one run of the generator.
  static let cases =
    (try? Fixture("tiny", "generator_eval").names.compactMap {
      $0.hasSuffix(".u") ? String($0.dropLast(2)) : nil
    }) ?? []

  @Test(arguments: cases, RenderPath.allCases)
  func imagesAreTheOfficialOnes(_ name: String, _ path: RenderPath) throws {
    let generator = try TinyModel.generator(name == "ema" ? "generator_ema" : "generator")
    let truncation = name.wholeMatch(of: /psi([0-9.]+)/).flatMap { Float($0.1) }
    let (options, side) = try path.options(
      fixture, name, batch: batch, points: fixture.has("\(name).xyz"))
    let label = try backbone("c_render")
    let made = try generator(
      z: backbone("z"), motion: backbone("z_motion"), time: backbone("t"), label: label,
      condition: truncation == nil ? backbone("c_mapping") : label, truncation: truncation ?? 1,
      resolution: side, options: options)
    let results = [
      "image": made.image, "image_raw": made.raw, "image_depth": made.depth, "xyz": made.points,
      "weight_total": try made.opacity.permuted(0, 2, 3, 1),
    ]
    for (kind, result) in results where fixture.has("\(name).\(kind)") {
      try fixture.check(
        #require(result, "no \(kind)"), "\(name).\(kind)", exceptFor: 0.001)
    }
  }

  @Test(arguments: cases.filter { $0.hasPrefix("nr") }, RenderPath.allCases)
  func superResolutionSeesAndDrawsWhatTheOfficialOneDoes(
    _ name: String, _ path: RenderPath
  ) throws {
    let generator = try TinyModel.generator()
    let (options, side) = try path.options(fixture, name, batch: batch)
    let ws = try generator.mapping(backbone("z"), label: backbone("c_mapping"))
    let planes = try generator.synthesis(
      ws, motion: backbone("z_motion") * backbone("t").reshaped(-1, 1))
    let label = try backbone("c_render")
    var images: [Tensor] = []
    _ = try generator.rendered(planes, ws, label: label, resolution: side, options: options) {
      images.append($0)
    }
    for (index, image) in images.enumerated() where fixture.has("\(name).block\(index)_img") {
      try fixture.check(image, "\(name).block\(index)_img", exceptFor: 0.001)
    }
    let input = "\(name).sr_input_x.sample0"
    guard fixture.has(input) else { return }
    let rays = try Rays(labels: label, resolution: side)
    let features = try Generator.image(
      generator.renderer(planes, rays, options: options).features, side)
    let size = generator.config.superResolutionInput
    try fixture.check(
      features.resized(height: size, width: size, antialiased: true), input, exceptFor: 0.001)
  }

  @Test func anyPointCanBeAskedFor() throws {
    guard fixture.has("points") else { return print("skipped: no points are recorded") }
    let generator = try TinyModel.generator()
    let (density, colors) = try generator.query(
      fixture("points"), backbone("ws"),
      motion: backbone("z_motion") * backbone("t").reshaped(-1, 1))
    try fixture.check(density, "points.sigma")
    try fixture.check(colors, "points.rgb")
  }
}
