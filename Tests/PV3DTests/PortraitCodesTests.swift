import PV3D
import Tensors
import TestSupport
import Testing

@Suite struct PortraitCodesTests {
  /// A picture of the ball that `SupervisedTrainingTests` draws, whose code is not told.
  private func portrait(_ name: String, _ color: Float) -> PortraitView {
    let group = SupervisedTrainingTests.group(color)
    var view = group.views[1]
    view.depths = Array(repeating: .infinity, count: view.depths.count)
    return PortraitView(name: name, side: group.side, view: view, motion: group.motion)
  }

  private func options(steps: Int) -> SupervisedOptions {
    var options = SupervisedOptions()
    options.steps = steps
    (options.raysPerView, options.patchSide, options.shapeRays) = (128, 4, 64)
    (options.rayPart, options.framePart) = (0, 0.05)
    return options
  }

  private func training(steps: Int) throws -> SupervisedTraining {
    var config = SmallGenerator.config
    (config.styleDeviation, config.densityGain, config.styleBank) = (0.05, 20, 2)
    let weights = Weights(random: RandomSource(seed: 2), gradients: true)
    return try SupervisedTraining(weights, config, options(steps: steps), seed: 4) {
      try ($0 - $1).squared().mean()
    }
  }

  /// The mean raw color of the picture that a training's generator draws with the code that it found.
  private func drawn(_ name: String, by training: SupervisedTraining) throws -> [Float] {
    let generator = training.generator
    let leaves = training.portraitCodes.leaves
    let style = try #require(leaves["\(name).style"])
    let ws = try style.reshaped(1, 1, -1).expanded([1, generator.config.styleCount, -1])
    let label = try Camera.tensor([.canonical], on: .cpu)
    let image = try withoutGradients {
      try generator.synthesized(
        ws, motion: #require(leaves["\(name).motion"]), label: label, noise: .none)
    }
    return try image.raw.sliced(2, 3..<5).sliced(3, 3..<5).mean(0, 2, 3).floats()
  }

  @Test func peopleOfUnknownCodesAreToldApart() throws {
    var training = try training(steps: 160)
    let people = [portrait("a", 0.8), portrait("b", -0.8)]
    try training.meet(people)
    var losses: [SupervisedLosses] = []
    for step in 0..<160 {
      let group = SupervisedTrainingTests.group(step % 2 == 0 ? 0.5 : -0.5)
      losses.append(try training.learn([group], portraits: people))
    }
    func mean(_ range: Range<Int>) -> Float {
      losses[range].map(\.portraits).reduce(0, +) / Float(range.count)
    }
    #expect(mean(140..<150) < 0.5 * mean(0..<10))
    let (first, second) = (try drawn("a", by: training), try drawn("b", by: training))
    // Their own colors, ±0.8, are halfway to be learned; one code for both would make both differences 0.
    #expect(first[0] - second[0] > 0.15, "\(first), \(second)")
    #expect(second[1] - first[1] > 0.15, "\(first), \(second)")
  }

  @Test func onlyPeopleWhoWereSeenMove() throws {
    var training = try training(steps: 4)
    let people = [portrait("a", 0.8), portrait("b", -0.8)]
    try training.meet(people)
    let before = try training.portraitCodes.leaves.mapValues { try $0.floats() }
    #expect(before.count == 6)
    _ = try training.learn([SupervisedTrainingTests.group(0.5)], portraits: [people[0]])
    let after = try training.portraitCodes.leaves.mapValues { try $0.floats() }
    for (name, values) in after {
      #expect((values != before[name]) == name.hasPrefix("a."), "\(name)")
    }
    // Who is known keeps the codes that were found.
    try training.meet(people)
    #expect(try training.portraitCodes.leaves.mapValues { try $0.floats() } == after)
  }

  @Test func singleRaysDoNotLearnFromPictures() throws {
    var options = options(steps: 10)
    options.rayPart = 1
    var config = SmallGenerator.config
    config.styleDeviation = 0.05
    var training = try SupervisedTraining(
      Weights(random: RandomSource(seed: 2), gradients: true), config, options, seed: 4
    ) { try ($0 - $1).squared().mean() }
    try training.meet([portrait("a", 0.8)])
    let losses = try training.learn(
      [SupervisedTrainingTests.group(0.5)], portraits: [portrait("a", 0.8)])
    #expect(losses.phase == "rays" && losses.portraits == 0)
  }

  @Test func middlesAreNobodysOwn() throws {
    // Two groups of six far from each other, and one person alone.
    var codes: [String: Tensor] = [:]
    for index in 0..<6 {
      codes["a\(index).style"] = try Tensor([Float(index), 0], [1, 2])
      codes["b\(index).style"] = try Tensor([100 + Float(index), 0], [1, 2])
    }
    codes["c.style"] = try Tensor([0, 1000], [1, 2])
    let middles = try #require(try PortraitCodes(codes).middles(3))
    #expect(middles.shape == [3, 2])
    let rows = try middles.floats()
    let pairs = stride(from: 0, to: 6, by: 2).map { SIMD2(rows[$0], rows[$0 + 1]) }
    #expect(pairs.contains(SIMD2(2.5, 0)) && pairs.contains(SIMD2(102.5, 0)))
    // Who is alone is mixed with the five nearest.
    #expect(pairs.contains { abs($0.y - 1000 / 6) < 0.01 })
    #expect(try PortraitCodes(codes.filter { $0.key < "a5" }).middles(3) == nil)
  }

  @Test func middlesAreWhereInversionsBegin() throws {
    var training = try training(steps: 1)
    #expect(
      try training.shipped()["backbone.mapping.style_bank"]?.floats().allSatisfy { $0 == 0 } == true
    )
    let people = (0..<6).map { portrait("\($0)", Float($0) / 6) }
    try training.meet(people)
    let shipped = try training.shipped()
    let middles = try #require(shipped["backbone.mapping.style_bank"])
    #expect(middles.shape == [2, 16])
    let generator = try Generator(Weights(checkpoint: shipped), training.generator.config)
    let known = try generator.mapping.knownStyles()
    #expect(known.shape == [5, 16])
    #expect(try known.sliced(0, 3..<5).floats() == middles.floats())
  }
}
