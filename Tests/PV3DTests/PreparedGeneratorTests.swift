import PV3D
import TestSupport
import Tensors
import Testing

/// The prepared generator draws what the generator draws.
@Suite struct PreparedGeneratorTests {
  /// Compares planes, images and views of several people, motions and cameras.
  private func compare(_ generator: Generator, tolerance: Float) throws {
    let config = generator.config
    var random = RandomSource(seed: 9)
    let prepared = try PreparedGenerator(generator)
    for _ in 0..<2 {
      let ws = try random.normal([1, config.styleCount, config.wDimension])
      let clip = try prepared.clip(ws)
      for amount: Float in [0, 1] {
        let motion = try random.normal([1, config.motionDimension]) * amount
        let plain = try withoutGradients { try generator.synthesis(ws, motion: motion) }
        let planes = try clip.planes(motion: motion)
        try expectClose(planes, plain, within: tolerance, "planes")
        // Planes one texel after the other and one channel after the other are the same planes.
        let rays = try Rays(labels: Camera.tensor([.canonical]), resolution: 8)
        try expectClose(
          generator.renderer(planes, rays).features,
          generator.renderer(planes.contiguous(), rays).features, within: 0, "features")
        for yaw: Float in [0, 0.4] {
          let label = try Camera.tensor([Camera(yaw: yaw, pitch: 0.1)])
          // The same planes on both sides: a sample that lands in another bin moves its ray.
          let reference = try withoutGradients {
            try generator.rendered(planes, ws, label: label)
          }
          let drawn = try clip.rendered(planes, label: label)
          try expectClose(drawn.raw, reference.raw, within: tolerance, "raw image")
          try expectClose(drawn.image, reference.image, within: tolerance, "image")
          try expectClose(drawn.depth, reference.depth, within: 0, "depth")
          try expectClose(drawn.opacity, reference.opacity, within: 0, "opacity")
        }
      }
    }
  }

  @Test func theSmallGeneratorIsDrawnAlike() throws {
    try compare(SmallGenerator.made(), tolerance: 1e-5)
  }

  @Test func layersThatTheKernelTakesAreDrawnAlike() throws {
    var config = SmallGenerator.config
    config.channelMax = 32
    config.channelBase = 512
    config.planeFeatures = 16
    config.superResolutionChannels = [32, 16]
    let weights = Weights(random: RandomSource(seed: 5))
    _ = try Generator(weights, config)
    var tensors = weights.tensors
    for name in tensors.keys where name.hasSuffix("noise_strength") {
      tensors[name] = try Tensor(full: 0.3, [])
    }
    try compare(Generator(Weights(checkpoint: tensors), config), tolerance: 1e-5)
  }

  @Test(.enabled(if: TinyModel.has("generator_eval")))
  func theOfficialTinyModelIsDrawnAlike() throws {
    try compare(TinyModel.generator(), tolerance: 1e-5)
  }

  @Test func stylesOfAnotherShapeAreRefused() throws {
    let prepared = try PreparedGenerator(SmallGenerator.made())
    let error = #expect(throws: TensorError.self) { try prepared.clip(.ones([2, 6, 16])) }
    #expect(error?.reason.contains("wanted [1, 6, 16]") == true)
  }
}
