import Tensors

extension SupervisedTraining {
  /// The density loss along a few rays of each view.
  func shapeLoss(
    _ groups: [ViewGroup], _ planes: Tensor, _ random: inout RandomSource
  ) throws -> Tensor {
    let parts = try groups.map {
      try GuidedRays(
        $0, count: options.shapeRays, focus: options.focus, config: generator.config,
        random: &random, device: generator.device)
    }
    let rays = Rays(
      origins: try .concatenated(parts.map(\.rays.origins), 0),
      directions: try .concatenated(parts.map(\.rays.directions), 0))
    return try densityLoss(
      planes, rays, surface: .concatenated(parts.map(\.surface), 0),
      hits: .concatenated(parts.map(\.hits), 0), &random)
  }

  /// Presses density down at two points before each surface and up at one just behind it.
  func densityLoss(
    _ planes: Tensor, _ rays: Rays, surface: Tensor, hits: Tensor, _ random: inout RandomSource
  ) throws -> Tensor {
    let (batch, count) = (surface.shape[0], surface.shape[1])
    let start = generator.config.rayStart
    func uniform() throws -> Tensor { try random.uniform([batch, count]).to(surface.device) }
    let far = try start + (surface - 0.02 - start) * uniform()
    let close = try surface - uniform() * 0.06 - 0.01
    let inside = try surface + uniform() * 0.04 + 0.01
    let depths = try Tensor.concatenated([far, close, inside], 1).reshaped(batch, 3 * count, 1)
    let points =
      try Tensor.concatenated([rays.origins, rays.origins, rays.origins], 1)
      + Tensor.concatenated([rays.directions, rays.directions, rays.directions], 1) * depths
    let raw = try generator.renderer.density(planes, points: points, bounded: false)
    let density = try (raw - 1).softplus().reshaped(batch, 3 * count)
    func part(_ index: Int) throws -> Tensor {
      try density.sliced(1, index * count..<(index + 1) * count)
    }
    // What a ray loses within 0.05 units of free space, and what still passes 0.03 units of the head.
    let free = try (1 - (part(0) * -0.05).exponential() + 1 - (part(1) * -0.05).exponential())
      .mean()
    let solid = try ((part(2) * -0.03).exponential() * hits).mean()
    // Beyond ±100 nothing is gained but saturation.
    let excess = try (raw.magnitude() / 100 - 1).relu().mean()
    return try free + solid + excess * 0.1
  }
}
