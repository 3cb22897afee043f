import PV3D
import TestSupport
import Tensors
import Testing

@Suite(.enabled(if: TinyModel.has("generator_grad") && TinyModel.has("backbone")))
struct GeneratorGradientTests {
  /// The loss that was recorded, its inputs, and the weights under it.
  struct Run {
    let fixture: Fixture
    let loss: Tensor
    let made: GeneratedImage
    let inputs: [String: Tensor]
    let generator: Generator

    init(_ name: String, _ path: RenderPath) throws {
      fixture = try Fixture("tiny", "generator_grad")
      let backbone = try Fixture("tiny", "backbone")
      generator = try TinyModel.generator(gradients: true)
      let ws = try backbone("ws").leaf()
      let (motion, time) = (try backbone("z_motion").leaf(), try backbone("t").leaf())
      let label = try backbone("c_render").leaf()
      let (options, side) = try path.options(fixture, name, batch: ws.shape[0])
      let noise = try fixture.group("\(name).noise.").isEmpty
      made = try generator.synthesized(
        ws, motion: motion * time.reshaped(-1, 1), label: label, resolution: side,
        noise: noise ? .constant : TinyModel.noise(fixture, name), options: options)
      loss =
        try (made.image * fixture("cot_image")).sum()
        + (made.raw * fixture("cot_image_raw")).sum() + (made.depth * fixture("cot_depth")).sum()
      inputs = ["ws": ws, "z_motion": motion, "t": time, "c_render": label]
        .merging(generator.parameters) { first, _ in first }
    }
  }

  /// The names before `.loss`, each one run.
  static let cases =
    (try? Fixture("tiny", "generator_grad").names.compactMap {
      $0.hasSuffix(".loss") ? String($0.dropLast(5)) : nil
    }) ?? []

  @Test(arguments: cases, RenderPath.allCases)
  func lossAndGradientsAreTheOfficialOnes(_ name: String, _ path: RenderPath) throws {
    let run = try Run(name, path)
    let fixture = run.fixture
    try fixture.check(run.made.image, "\(name).image", exceptFor: 0.001)
    try fixture.check(run.made.raw, "\(name).image_raw", exceptFor: 0.001)
    try fixture.check(run.made.depth, "\(name).image_depth", exceptFor: 0.001)
    try fixture.check(run.loss, "\(name).loss", least: 1e-4)
    let names = fixture.names.filter { $0.hasPrefix("\(name).grad.") }
      .map { String($0.dropFirst(name.count + 6)) }
    #expect(!names.isEmpty)
    let inputs = try names.map { try #require(run.inputs[$0], "nothing is called \($0)") }
    for (input, gradient) in zip(names, try run.loss.gradients(inputs)) {
      try fixture.check(
        #require(gradient, "no gradient of \(input)"), "\(name).grad.\(input)", least: 5e-3)
    }
  }

  @Test(.enabled(if: Fixture.has("tiny/norms.json")), arguments: cases, RenderPath.allCases)
  func everyWeightHasAGradientOfTheOfficialLength(_ name: String, _ path: RenderPath) throws {
    let norms =
      try Fixture.json("tiny/norms.json").members["generator_grad"]?.members[name]?.members ?? [:]
    let run = try Run(name, path)
    let names = run.generator.parameters.keys.sorted()
    #expect(norms.count == names.count)
    let inputs = names.compactMap { run.generator.parameters[$0] }
    for (weight, gradient) in zip(names, try run.loss.gradients(inputs)) {
      let short = String(weight.dropFirst("generator.".count))
      let norm = try #require(norms[short], "no norm of \(short) is recorded").float
      let ours = try gradient?.squared().sum().squareRoot().item()
      guard let norm, let ours else {
        #expect((ours ?? 0) == (norm ?? 0), "\(short): ours \(ours ?? 0), reference \(norm ?? 0)")
        continue
      }
      #expect(abs(ours - norm) <= 5e-3 * norm, "\(short): ours \(ours), reference \(norm)")
    }
  }
}
