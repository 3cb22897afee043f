import PV3D
import TestSupport
import Tensors
import Testing

/// Convolutions of bfloat16 numbers against those of 32 bits.
@Suite struct HalfPrecisionTests {
  @Test func productsAreRoundedToEightBits() throws {
    var random = RandomSource(seed: 3)
    let (x, weight) = (try random.normal([2, 8, 9, 9]), try random.normal([4, 8, 3, 3]))
    let full = try x.convolved(weight, padding: 1)
    let half = try x.convolved(weight, padding: 1, precision: .half)
    let difference = try Difference(half, full)
    // Sums of 72 products, each of two numbers rounded by at most 2^-9, then rounded once more.
    #expect(difference.largest > 1e-4)
    #expect(difference.largest < 0.15)
    // Numbers of few bits are exact.
    let (small, taps) = (try Tensor([1, 2, 3, 4], [1, 1, 2, 2]), try Tensor([0.5], [1, 1, 1, 1]))
    #expect(try small.convolved(taps, precision: .half).floats() == [0.5, 1, 1.5, 2])
  }

  private func discriminators(halfFrom: Int) throws -> (ImageDiscriminator, VideoDiscriminator) {
    var sizes = DiscriminatorConfig()
    (sizes.imageResolution, sizes.channelBase, sizes.channelMax) = (32, 256, 8)
    (sizes.mappingLayers, sizes.groupSize, sizes.halfFrom) = (2, 1, halfFrom)
    func weights(_ seed: UInt64) -> Weights {
      Weights(random: RandomSource(seed: seed), gradients: true)
    }
    return (try ImageDiscriminator(weights(2), sizes), try VideoDiscriminator(weights(3), sizes))
  }

  /// Losses, penalties of twofold gradients, and gradients of weights.
  private func measured(_ precision: Precision) throws -> [Tensor] {
    let (images, videos) = try discriminators(halfFrom: precision == .half ? 8 : 0)
    let generator = try Generator(
      Weights(random: RandomSource(seed: 1), gradients: true), SmallGenerator.config,
      precision: precision)
    let side = SmallGenerator.config.imageResolution
    var random = RandomSource(seed: 9)
    let w = try random.normal([2, SmallGenerator.config.wDimension])
    let image = try generator.superResolution(
      random.normal([2, 3, side / 4, side / 4]),
      features: random.normal([2, SmallGenerator.config.planeFeatures, side / 4, side / 4]), w: w)
    let phases = try AdversarialPhases(
      generator, images, videos, loss: AdversarialLoss(),
      setting: .init(blurSigma: 0, swapProbability: 0, resolution: 8, averageKept: 0))
    let real = FramePairs(
      frames: try random.normal([2, 2, 3, 32, 32]) * 0.5,
      labels: try Camera.tensor(Array(repeating: .canonical, count: 4)).reshaped(2, 2, 25),
      time: try random.uniform([2, 2]))
    let penalty = try phases.gradientLoss(real: real)
    let slope = try penalty.total.gradients([
      try #require(
        images.parameters["b32.conv0.weight"]
          ?? images.parameters.first { $0.key.hasSuffix("b32.conv0.weight") }?.value)
    ])
    return [try image.detached(), try penalty.total.detached(), try #require(slope[0])]
  }

  @Test func trainingInHalfPrecisionIsNearTheFullOne() throws {
    for (half, full) in zip(try measured(.half), try measured(.full)) {
      let scale = try full.magnitude().mean().item()
      let difference = try (half - full).magnitude().mean().item()
      #expect(difference > 0)
      #expect(difference < 0.05 * scale, "\(difference) of \(scale)")
    }
  }
}
