import PV3D
import TestSupport
import Tensors
import Testing

@Suite(.enabled(if: TinyModel.has("backbone"))) struct RenderingTests {
  /// A recorded rendering of the backbone's planes.
  struct Scene {
    let fixture: Fixture
    let renderer: VolumeRenderer
    let config: GeneratorConfig
    let planes: Tensor
    let rays: Rays
    let options: RenderingOptions
    let side: Int

    init(_ name: String, _ path: RenderPath = .composed) throws {
      fixture = try Fixture("tiny", name)
      config = try TinyModel.config()
      renderer = try TinyModel.generator().renderer
      let backbone = try Fixture("tiny", "backbone")
      let flat = try backbone("const.planes")
      let size = flat.shape
      planes = try flat.reshaped(size[0], 3, size[1] / 3, size[2], size[3])
      (options, side) = try path.options(
        fixture, "", batch: size[0], points: fixture.has("xyz"))
      rays = try Rays(labels: backbone("c_render"), resolution: side)
    }

    /// Raw density and colors at depths along the rays, a ray's samples one after the other.
    func evaluated(_ depths: Tensor) throws -> (density: Tensor, colors: Tensor) {
      let (batch, count) = (depths.shape[0], depths.shape[1])
      let points =
        try rays.origins.reshaped(batch, count, 1, 3)
        + depths * rays.directions.reshaped(batch, count, 1, 3)
      return try renderer.query(planes, points: points.reshaped(batch, -1, 3))
    }
  }

  static let names = ["render_jitter", "render_return_depth"].filter(TinyModel.has)

  @Test(arguments: names) func raysAreTheOfficialOnes(_ name: String) throws {
    let scene = try Scene(name)
    try scene.fixture.check(scene.rays.origins, "ray_origins")
    try scene.fixture.check(scene.rays.directions, "ray_directions")
  }

  @Test(arguments: names) func coarsePassFindsTheOfficialWeights(_ name: String) throws {
    let scene = try Scene(name)
    let fixture = scene.fixture
    let depths = try coarse(scene)
    try fixture.check(depths, "depths_coarse")
    let (density, colors) = try scene.evaluated(depths)
    try fixture.check(density, "coarse.sigma")
    if scene.options.jitter != nil { try fixture.check(colors, "coarse.rgb.sample0") }
    try fixture.check(weights(density, colors, depths), "coarse.weights")
  }

  @Test(arguments: names) func fineSamplesAreTheOfficialOnes(_ name: String) throws {
    let scene = try Scene(name)
    let fixture = scene.fixture
    let depths = try coarse(scene)
    let (density, colors) = try scene.evaluated(depths)
    let fine = try DepthSampling.importance(
      depths: depths, weights: weights(density, colors, depths), u: #require(scene.options.u))
    try fixture.check(fine, "depths_fine", exceptFor: 0.001)
    let fineDensity = try scene.evaluated(fine).density
    try fixture.check(fineDensity, "fine.sigma", exceptFor: 0.001)
    let (all, order) = try Tensor.concatenated([depths, fine], 2).sorted(2)
    try fixture.check(all, "all.depths", exceptFor: 0.001)
    let densities = try Tensor.concatenated(
      [density.reshaped(depths.shape), fineDensity.reshaped(fine.shape)], 2)
    try fixture.check(densities.gathered(2, order), "all.sigma", exceptFor: 0.001)
  }

  @Test(arguments: names, RenderPath.allCases)
  func renderingIsTheOfficialOne(_ name: String, _ path: RenderPath) throws {
    let scene = try Scene(name, path)
    let fixture = scene.fixture
    let seen = try scene.renderer(scene.planes, scene.rays, options: scene.options)
    try fixture.check(seen.features, "features", exceptFor: 0.001)
    try fixture.check(seen.depth, "depth", exceptFor: 0.001)
    guard fixture.has("xyz") else {
      #expect(seen.points == nil)
      return try fixture.check(seen.opacity, "weight_sum", exceptFor: 0.001)
    }
    let (batch, side) = (scene.planes.shape[0], scene.side)
    try fixture.check(
      #require(seen.points).reshaped(batch, side, side, 3), "xyz", exceptFor: 0.001)
    try fixture.check(
      seen.opacity.reshaped(batch, side, side, 1), "weight_total", exceptFor: 0.001)
  }

  private func coarse(_ scene: Scene) throws -> Tensor {
    try DepthSampling.stratified(
      batch: scene.planes.shape[0], rays: scene.side * scene.side,
      samples: scene.config.depthSamples, start: scene.config.rayStart, end: scene.config.rayEnd,
      jitter: scene.options.returnsPoints ? nil : scene.options.jitter)
  }

  private func weights(_ density: Tensor, _ colors: Tensor, _ depths: Tensor) throws -> Tensor {
    let shape = depths.shape
    let found = try RayMarching.march(
      colors: colors.reshaped(shape[0], shape[1], shape[2], -1),
      densities: density.reshaped(shape), depths: depths)
    return try #require(found.weights)
  }
}
