import PV3D
import TestSupport
import Tensors
import Testing

/// Beyond the cube that the planes of a compact model cover is nothing.
@Suite struct BoundedSpaceTests {
  /// A renderer whose decoder makes something of planes without features, and planes that have some.
  private func made(isOfficial: Bool) throws -> (VolumeRenderer, planes: Tensor) {
    var config = SmallGenerator.config
    if isOfficial {
      (config.hasPlaneMean, config.motionOffsets, config.appearanceBank) = (false, 0, 0)
      config.bipolarOffsets = []
    }
    #expect(config.isOfficial == isOfficial)
    let weights = Weights(random: RandomSource(seed: 3), gradients: false)
    _ = try Generator(weights, config)
    var tensors = weights.tensors
    tensors["decoder.net.2.bias"] = try Tensor(
      full: 3, #require(tensors["decoder.net.2.bias"]).shape)
    let generator = try Generator(Weights(checkpoint: tensors), config)
    var random = RandomSource(seed: 5)
    return (generator.renderer, try random.normal([1, 3, 8, 16, 16]))
  }

  /// Two rays along z: through the cube, and beside it.
  private let rays = { () throws -> Rays in
    try Rays(
      origins: Tensor([0.1, 0.1, 2.9, 0.1, 0.6, 2.9], [1, 2, 3]),
      directions: Tensor([0, 0, -1, 0, 0, -1], [1, 2, 3]))
  }

  @Test(arguments: [true, false]) func aRayBesideTheCubeSeesNothing(_ fused: Bool) throws {
    var options = RenderingOptions()
    options.fused = fused
    let (compact, planes) = try made(isOfficial: false)
    let seen = try compact(planes, rays(), options: options)
    let opacity = try seen.opacity.floats()
    #expect(opacity[0] > 0.5 && opacity[1] == 0, "\(opacity)")
    // Features of nothing are -1.
    #expect(try seen.features.selected(1, 1).floats().allSatisfy { $0 == -1 })
    let (official, others) = try made(isOfficial: true)
    let open = try official(others, rays(), options: options).opacity.floats()
    #expect(open[0] > 0.5 && open[1] > 0.5, "\(open)")
  }

  @Test func densitiesHaveNoGradientBeyondTheCube() throws {
    let (renderer, given) = try made(isOfficial: false)
    let planes = try given.leaf()
    let points = try Tensor(
      [0.2, -0.1, 0.3, 0.2, 0.51, 0.3, -0.6, 0, 0, 0.49, 0.49, -0.49], [1, 4, 3])
    let fused = try renderer.density(planes, points: points)
    let composed = try renderer.query(planes, points: points).density
    try expectClose(fused, composed, within: 1e-5, "densities")
    let values = try fused.floats()
    #expect(values[1] == -1000 && values[2] == -1000)
    #expect(values[0] > -10 && values[3] > -10, "\(values)")
    func gradient(_ density: Tensor, _ places: Range<Int>) throws -> Tensor {
      try #require(try density.sliced(1, places).sum().gradients([planes])[0])
    }
    for places in [0..<1, 1..<3, 3..<4] {
      let own = try gradient(renderer.density(planes, points: points), places)
      let wanted = try gradient(renderer.query(planes, points: points).density, places)
      try expectClose(own, wanted, within: 1e-5, "gradients of \(places)")
      #expect(try (own.magnitude().sum().item() == 0) == (places == 1..<3))
    }
  }
}
