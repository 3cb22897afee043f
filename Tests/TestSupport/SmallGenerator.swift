import Foundation
import PV3D
import Tensors

/// A generator of a few thousand numbers, for tests of what stands on generators.
public enum SmallGenerator {
  public static var config: GeneratorConfig {
    var config = GeneratorConfig()
    config.zDimension = 8
    config.wDimension = 16
    config.motionDimension = 6
    config.planeResolution = 16
    config.planeFeatures = 8
    config.channelBase = 256
    config.channelMax = 16
    config.decoderHidden = 16
    config.depthSamples = 8
    config.superResolutionInput = 8
    config.superResolutionChannels = [8, 8]
    config.renderingResolution = 8
    config.hasPlaneMean = true
    config.motionOffsets = 4
    config.motionOffsetResolution = 8
    config.bipolarOffsets = [3]
    config.appearanceBank = 3
    return config
  }

  public static func made(
    seed: UInt64 = 1, gradients: Bool = false, on device: Device = .cpu
  ) throws -> Generator {
    let weights = Weights(random: RandomSource(seed: seed), gradients: gradients)
    let generator = try Generator(weights, config)
    var tensors = weights.tensors
    var random = RandomSource(seed: seed)
    tensors["backbone.mapping.appearance_bank"] = try random.normal([3, 8])
    return try Generator(
      Weights(checkpoint: tensors, gradients: gradients, device: device), generator.config)
  }

  /// Writes the generator as a model file.
  public static func write(to path: String) throws {
    let generator = try made()
    let config = try JSONEncoder().encode(generator.config)
    try Safetensors.write(
      generator.parameters.merging(generator.buffers) { first, _ in first }, to: path,
      metadata: ["config": String(decoding: config, as: UTF8.self)])
  }
}
