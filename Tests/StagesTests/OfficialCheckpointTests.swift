import Foundation
import PV3D
import Stages
import Tensors
import TestSupport
import Testing

@Suite struct OfficialCheckpointTests {
  private static let tiny = Shared.fixtures.appendingPathComponent("tiny/pv3d_tiny.ckpt").path

  /// A checkpoint of a new generator in `workshop`, saved as by data-parallel training on a GPU.
  private func checkpoint(
    _ config: GeneratorConfig, _ workshop: Workshop, extra: [String: Tensor] = [:]
  ) throws -> (path: String, generator: Generator) {
    let weights = Weights(random: RandomSource(seed: 3))
    let generator = try Generator(weights, config, prefix: "generator_ema")
    let path = workshop.path("model.ckpt")
    let tensors = weights.tensors.merging(extra) { first, _ in first }
    try TorchFile.checkpoint(tensors, prefix: "module.").write(to: URL(fileURLWithPath: path))
    return (path, generator)
  }

  /// An image of the generator at `resolution`, seen from the front.
  private func image(_ generator: Generator, resolution: Int) throws -> Tensor {
    let random = RandomSource(seed: 11)
    var (z, motion) = (random.derived("z"), random.derived("motion"))
    return try generator(
      z: z.normal([1, generator.config.zDimension]),
      motion: motion.normal([1, generator.config.motionDimension]),
      time: Tensor([0.5], [1, 1]), label: Camera.tensor([.canonical]), resolution: resolution
    ).image
  }

  private func small() -> GeneratorConfig {
    var config = GeneratorConfig()
    (config.zDimension, config.wDimension, config.motionDimension) = (24, 16, 12)
    (config.planeResolution, config.channelBase, config.channelMax) = (32, 256, 16)
    (config.motionResolution, config.mappingLayers) = (16, 3)
    (config.planeFeatures, config.decoderHidden) = (8, 20)
    (config.superResolutionInput, config.superResolutionChannels) = (16, [12, 10])
    return config
  }

  @Test func shapesTellTheSizes() throws {
    for change in [
      { _ in }, { $0.channelMax = 1024 }, { $0.channelBase = 1 << 20 },
      { $0.planeResolution = 64 },
    ] as [(inout GeneratorConfig) -> Void] {
      var config = small()
      change(&config)
      let weights = Weights(random: RandomSource(seed: 0))
      _ = try Generator(weights, config)
      let told = try GeneratorConfig(shapes: weights.tensors.mapValues(\.shape))
      let again = Weights(random: RandomSource(seed: 0))
      _ = try Generator(again, told)
      #expect(again.tensors.mapValues(\.shape) == weights.tensors.mapValues(\.shape))
      #expect(told.zDimension == 24 && told.mappingLayers == 3)
      #expect(
        told.blockResolutions.map(told.channels) == config.blockResolutions.map(config.channels))
    }
    let weights = Weights(random: RandomSource(seed: 0))
    _ = try Generator(weights, small())
    #expect(try GeneratorConfig(shapes: weights.tensors.mapValues(\.shape)) == small())
  }

  @Test func anImportedModelDrawsTheSameImages() throws {
    let workshop = try Workshop("import")
    let dropped = ["generator_ema.deform_field.weight": try Tensor([1, 2])]
    let (path, generator) = try checkpoint(small(), workshop, extra: dropped)
    let file = try OfficialCheckpoint(path: path)
    let out = workshop.path("model.safetensors")
    for selection in [OfficialCheckpoint.Selection.average, .all] {
      try file.write(selection, config: file.config(selection), to: out)
      let imported = try ModelFile.read(out).generator
      #expect(imported.config == small())
      #expect(
        try image(imported, resolution: 8).floats() == image(generator, resolution: 8).floats())
    }
  }

  @Test func aTensorThatDoesNotFitIsTold() throws {
    let workshop = try Workshop("import")
    let extra = ["generator_ema.backbone.unheard": try Tensor([1])]
    let path = try checkpoint(small(), workshop, extra: extra).path
    let file = try OfficialCheckpoint(path: path)
    #expect(
      throws: CheckpointError(
        path: path, reason: "the network has no place for 'backbone.unheard'")
    ) { try file.write(config: file.config(), to: workshop.path("out.safetensors")) }
    #expect(try workshop.names == ["model.ckpt"])
  }

  @Test(.enabled(if: Fixture.has("tiny/pv3d_tiny.ckpt")))
  func theOfficialCheckpointTellsItsSizes() throws {
    let config = try OfficialCheckpoint(path: Self.tiny).config()
    var wanted = GeneratorConfig()
    (wanted.zDimension, wanted.wDimension, wanted.motionDimension) = (48, 64, 64)
    (wanted.planeResolution, wanted.channelBase, wanted.channelMax) = (64, 1024, 32)
    (wanted.superResolutionInput, wanted.superResolutionChannels) = (32, [32, 16])
    #expect(config == wanted)
  }

  @Test func aFullSizeCheckpointIsImportedAndDraws() throws {
    let workshop = try Workshop("import")
    let (path, generator) = try checkpoint(GeneratorConfig(), workshop)
    let file = try OfficialCheckpoint(path: path)
    #expect(try file.config() == GeneratorConfig())
    let out = workshop.path("model.safetensors")
    try file.write(config: file.config(), to: out)
    let imported = try ModelFile.read(out).generator
    for (name, tensor) in imported.parameters {
      let original = try #require(generator.parameters["generator_ema.\(name)"])
      #expect(try tensor.floats() == original.floats(), "\(name)")
    }
    for resolution in [64, 128] {
      let drawn = try image(imported, resolution: resolution)
      #expect(drawn.shape == [1, 3, 512, 512])
      let values = try drawn.floats()
      #expect(values.allSatisfy { $0.isFinite })
      #expect((values.max() ?? 0) - (values.min() ?? 0) > 0.01)
    }
  }
}
