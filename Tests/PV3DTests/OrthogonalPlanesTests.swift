import PV3D
import TestSupport
import Tensors
import Testing

/// Planes of (x, y), (x, z) and (z, y).
@Suite(.serialized) struct OrthogonalPlanesTests {
  private static func config(orthogonal: Bool = true) -> GeneratorConfig {
    var config = SmallGenerator.config
    config.orthogonalPlanes = orthogonal
    // No multiple of a lane: what lies behind the features stays zero.
    config.planeFeatures = 5
    config.appearanceOffsets = 3
    config.appearanceOffsetResolution = 8
    return config
  }

  private static func generator(_ config: GeneratorConfig, _ tensors: [String: Tensor]? = nil)
    throws
    -> Generator
  {
    let weights =
      tensors.map { Weights(checkpoint: $0, gradients: false) }
      ?? Weights(random: RandomSource(seed: 3), gradients: false)
    return try Generator(weights, config)
  }

  /// A plane whose only texel that is not 0 is seen where its two axes say, whatever the third.
  @Test func everyPlaneIsReadAlongItsAxes() throws {
    let points = try Tensor([0.1, -0.2, 0.3], [1, 1, 3])
    let places = try Triplane.projected(points, orthogonal: true).floats()
    #expect(places == [0.1, -0.2, 0.1, 0.3, 0.3, -0.2])
    #expect(try Triplane.projected(points).floats() == [0.1, -0.2, 0.1, 0.3, 0.3, 0.1])

    // Texel (row 12, column 4) of 16 on the third plane: y = 0.28125, z = -0.21875.
    let renderer = try Self.generator(Self.config()).renderer
    var values = [Float](repeating: 0, count: 3 * 5 * 256)
    for feature in 0..<5 { values[(2 * 5 + feature) * 256 + 12 * 16 + 4] = 40 }
    let planes = try Tensor(values, [1, 3, 5, 16, 16])
    let (y, z): (Float, Float) = (0.28125, -0.21875)
    let asked = try Tensor([0.4, y, z, -0.3, y, z, 0, z, y, 0, y, y, 0, 0, 0], [1, 5, 3])
    let seen = try renderer.density(planes, points: asked).floats()
    #expect(abs(seen[0] - seen[1]) < 1e-5)
    #expect(abs(seen[0] - seen[4]) > 1e-2)
    #expect(abs(seen[2] - seen[4]) < 1e-5 && abs(seen[3] - seen[4]) < 1e-5, "\(seen)")
  }

  @Test(arguments: FusedRenderer.InstructionSet.allCases)
  func theKernelIsTheComposition(_ set: FusedRenderer.InstructionSet) throws {
    let before = FusedRenderer.instructionSet
    guard FusedRenderer.use(set) == set else { return }
    defer { FusedRenderer.use(before) }
    let renderer = try Self.generator(Self.config()).renderer
    let label = try Camera.tensor([.canonical, Camera(yaw: 0.6, pitch: -0.3)])
    func drawn(
      _ fused: Bool, texels: Bool
    ) throws -> (seen: Rendering, gradients: [Tensor]) {
      var random = RandomSource(seed: 5)
      let first = try random.normal([2, 3, 5, 16, 16]) * 3
      // Planes whose memory is one texel after the other are packed in another way.
      let laid =
        texels ? try first.permuted(0, 3, 4, 1, 2).contiguous().permuted(0, 3, 4, 1, 2) : first
      let planes = try laid.leaf()
      let rays = try Rays(labels: label, resolution: 12)
      let (origins, directions) = (try rays.origins.leaf(), try rays.directions.leaf())
      var options = RenderingOptions()
      options.fused = fused
      let seen = try renderer(
        planes, Rays(origins: origins, directions: directions), options: options)
      let weights = try random.normal(seen.features.shape)
      let loss = try (seen.features * weights).sum() + seen.depth.sum()
      return (seen, try loss.gradients([planes, origins, directions]).map { try #require($0) })
    }
    let composed = try drawn(false, texels: false)
    for texels in [false, true] {
      let fused = try drawn(true, texels: texels)
      try expectClose(fused.seen.features, composed.seen.features, within: 1e-5, exceptFor: 0.004)
      try expectClose(fused.seen.depth, composed.seen.depth, within: 1e-5, exceptFor: 0.004)
      for (own, wanted) in zip(fused.gradients, composed.gradients) {
        let scale = try wanted.magnitude().mean().item()
        try expectClose(own / scale, wanted / scale, within: 2e-3, exceptFor: 0.01)
      }
    }
  }

  /// What is stored as pictures of planes is kept; what the backbone drew on the transposed plane is not.
  @Test func separatingKeepsWhatIsStored() throws {
    let old = Self.config(orthogonal: false)
    let weights = Weights(random: RandomSource(seed: 3), gradients: false)
    _ = try Generator(weights, old)
    var random = RandomSource(seed: 9)
    var tensors = weights.tensors
    for name in ["plane_mean", "motion_offsets", "appearance_offsets"] {
      let full = "backbone.synthesis.\(name)"
      tensors[full] = try random.normal(#require(tensors[full]).shape)
    }
    for (name, tensor) in tensors where name.hasPrefix("backbone.") && name.hasSuffix("torgb.bias")
    {
      tensors[name] = try random.normal(tensor.shape)
    }
    // Without what the backbone draws on the third plane nothing is lost.
    for (name, tensor) in tensors
    where name.hasPrefix("backbone.") && name.hasSuffix("torgb.weight") {
      tensors[name] = try .concatenated(
        [tensor.sliced(0, 0..<10), tensor.sliced(0, 10..<15) * 0], 0)
    }
    let separated = try PlaneSeparation.applied(to: tensors, features: 5)
    let label = try Camera.tensor([.canonical])
    let motion = try random.normal([1, 6])
    let code = try random.normal([1, 8])
    let points = try random.normal([1, 200, 3]) * 0.2
    func density(_ generator: Generator) throws -> (Tensor, Tensor) {
      let styles = try generator.mapping(code, label: label)
      let planes = try generator.synthesis(styles, motion: motion)
      return (planes, try generator.renderer.density(planes, points: points))
    }
    let (_, before) = try density(Self.generator(old, tensors))
    let (planes, after) = try density(Self.generator(Self.config(), separated))
    try expectClose(after, before, within: 2e-5)
    #expect(try planes.sliced(1, 2..<3).magnitude().sum().item() == 0)
    #expect(try before.magnitude().mean().item() > 0.1)
  }
}
