import PV3D
import TestSupport
import Tensors
import Testing

@Suite struct RayDrawsTests {
  /// Both renderers draw the same numbers from a seed, so that a GPU, which has only one, renders the same.
  @Test(arguments: [0, 1, 0xFFFF_FFFF_FFFF_FFFF] as [UInt64])
  func bothRenderersDrawTheSameNumbers(_ seed: UInt64) throws {
    let generator = try SmallGenerator.made()
    var random = RandomSource(seed: 5)
    let planes = try random.normal([2, 3, 8, 16, 16])
    let label = try Camera.tensor([.canonical, Camera(yaw: 0.4, pitch: 0.2)])
    let rays = try Rays(labels: label, resolution: 12)
    var options = RenderingOptions()
    (options.seed, options.jitters) = (seed, true)
    let fused = try generator.renderer(planes, rays, options: options)
    options.fused = false
    let composed = try generator.renderer(planes, rays, options: options)
    try expectClose(fused.features, composed.features, within: 1e-5, exceptFor: 0.004)
    try expectClose(fused.depth, composed.depth, within: 1e-5, exceptFor: 0.004)
    options.seed = seed &+ 1
    let other = try generator.renderer(planes, rays, options: options)
    #expect(try Difference(other.depth, composed.depth).largest > 1e-4)
  }

  /// What is not drawn for training has no grain: fine samples lie evenly in what coarse ones found, whatever the seed.
  @Test(arguments: [true, false]) func withoutDrawsSamplesLieEvenly(_ fused: Bool) throws {
    let generator = try SmallGenerator.made()
    var random = RandomSource(seed: 5)
    let planes = try random.normal([1, 3, 8, 16, 16])
    let rays = try Rays(labels: Camera.tensor([.canonical]), resolution: 12)
    var options = RenderingOptions()
    options.fused = fused
    let drawn = try generator.renderer(planes, rays, options: options)
    options.seed = 7
    let again = try generator.renderer(planes, rays, options: options)
    #expect(try drawn.features.floats() == again.features.floats())
    let count = generator.config.depthSamples
    let even = (0..<count).map { (Float($0) + 0.5) / Float(count) }
    options.u = try Tensor(Array(repeating: even, count: 144).flatMap { $0 }, [144, count])
    let placed = try generator.renderer(planes, rays, options: options)
    #expect(try drawn.depth.floats() == placed.depth.floats())
  }
}
