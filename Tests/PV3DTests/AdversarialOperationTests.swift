import PV3D
import TestSupport
import Tensors
import Testing

@Suite struct AdversarialOperationTests {
  @Test(arguments: OperationCase.all("gaussian_blur")) func blur(_ record: OperationCase) throws {
    let blur = try GaussianBlur(sigma: #require(record.parameters["sigma"]?.double))
    try record.check(#require(blur.kernel), "kernel")
    try record.check(blur(record("x")), "y")
  }

  @Test func blurOfLessThanAPixelDoesNothing() throws {
    #expect(try GaussianBlur(sigma: 0.33).kernel == nil)
    #expect(try GaussianBlur(sigma: 0.34).kernel?.count == 3)
  }

  @Test(arguments: OperationCase.all("adv_video_loss")) func losses(_ record: OperationCase) throws
  {
    var loss = AdversarialLoss()
    let numbers = record.parameters
    loss.imageWeight = try #require(numbers["img_weight"]?.float)
    loss.videoWeight = try #require(numbers["vid_weight"]?.float)
    loss.gradientWeight = try #require(numbers["r1_gamma"]?.float)
    loss.densityWeight = try #require(numbers["density_reg"]?.float)
    loss.generatorInterval = try #require(numbers["gen_reg_interval"]?.int)
    loss.discriminatorInterval = try #require(numbers["disc_reg_interval"]?.int)
    func scores(_ kind: String) throws -> AdversarialLoss.Scores {
      .init(
        image: try record(kind.replacing("*", with: "img")),
        video: try record(kind.replacing("*", with: "vid")))
    }
    let generated = try scores("generated_*_scores")
    let real = try scores("real_*_scores")
    let phases = [
      "Gmain": try loss.generator(generated),
      "Greg": try loss.density(record("sigma_initial"), record("sigma_perturbed")),
      "Dmain": try loss.discriminator(generated: generated, real: real),
      "Dreg": try loss.gradient(scores("grad_*_penalty")),
    ]
    for (name, terms) in phases { try record.check(terms.total.reshaped(1), name, within: 1e-6) }
  }

  @Test(arguments: OperationCase.all("adam")) func adam(_ record: OperationCase) throws {
    let numbers = record.parameters
    let betas = numbers["betas"]?.values.compactMap(\.double) ?? []
    try #require(betas.count == 2)
    var adam = Adam(
      rate: try #require(numbers["lr"]?.float), beta1: betas[0], beta2: betas[1],
      epsilon: try #require(numbers["eps"]?.double))
    let official = AdversarialTraining.optimizer(rate: 0.0025, interval: 4)
    #expect(official.rate == adam.rate)
    #expect(official.beta2 == adam.beta2)
    let leaf = try record.leaf("p0")
    for step in 0..<3 {
      try adam.apply("p", leaf, record("g\(step)"))
      try record.check(leaf, "p\(step + 1)", within: 1e-6)
    }
  }

  @Test(arguments: OperationCase.all("nan_to_num"))
  func brokenGradientsAreReplaced(_ record: OperationCase) throws {
    try record.check(record("g").replacing(nan: 0, positive: 1e5, negative: -1e5), "y", within: 0)
  }

  @Test(arguments: OperationCase.all("video_preprocess"))
  func framesArePrepared(_ record: OperationCase) throws {
    let size = try #require(record.parameters["dest_size"]?.ints)
    try record.check(FramePairs.prepared(record("video_u8_thwc"), side: size[0]), "out")
  }
}
