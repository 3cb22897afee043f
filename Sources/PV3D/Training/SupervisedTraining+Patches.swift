import Tensors

extension SupervisedTraining {
  /// The mean of an image's errors; those count more where the motion changes the pixel.
  /// - Parameters:
  ///   - error: `[views, channels, height, width]`
  ///   - moving: `[views, 1, height, width]` in 0...1
  private func mean(_ error: Tensor, moving: Tensor) throws -> Tensor {
    let weight = try moving * options.movingWeight + 1
    return try (error * weight).mean() / weight.mean()
  }

  /// The loss of groups with known codes and depths.
  func knownLoss(
    _ groups: [ViewGroup], _ planes: Tensor, _ ws: Tensor, phase: String,
    _ random: inout RandomSource
  ) throws -> (Tensor, SupervisedLosses) {
    let side = side(in: phase)
    let parts = try groups.map { group in
      var group = group
      // A whole frame costs as much as several patches.
      if phase == "frames" { group.views = Array(group.views.prefix(1)) }
      return try PatchRays(
        group, side: side, resolution: generator.config.renderingResolution, random: &random,
        device: generator.device)
    }
    let density = try shapeLoss(groups, planes, &random)
    let (loss, losses) = try patchLoss(parts, planes, ws, phase: phase, &random)
    var all = losses
    all.density = try density.item()
    return (try loss + density * densityWeight, all)
  }

  /// The loss of real pictures, with what holds their codes; it fades in over the first steps.
  /// - Returns: with the leaves that it depends on besides the generator's
  func portraitLoss(
    _ portraits: [PortraitView], phase: String, _ random: inout RandomSource
  ) throws -> (loss: Tensor, color: Float, leaves: [String: Tensor]) {
    let config = generator.config
    let codes = try portraitCodes.batch(portraits, generator)
    let ws = try codes.styles.reshaped(portraits.count, 1, -1)
      .expanded([-1, config.styleCount, -1])
    let planes = try generator.synthesis(ws, motion: codes.motion, noise: .none)
    let parts = try portraits.enumerated().map { index, portrait in
      try PatchRays(
        portrait.group, cameras: codes.labels.sliced(0, index..<index + 1),
        side: side(in: phase), resolution: config.renderingResolution, random: &random,
        device: generator.device)
    }
    let (loss, losses) = try patchLoss(parts, planes, ws, phase: phase, &random)
    // Adam does not see the scale of a loss that a code alone depends on: codes hurry ahead.
    let fade = min(1, Float(step + 1) / max(1, Float(options.steps) * options.portraitFade))
    return (
      try (loss + codes.away) * (options.portraitWeight * fade), losses.color, codes.leaves
    )
  }

  private func side(in phase: String) -> Int {
    phase == "frames" ? generator.config.renderingResolution : options.patchSide
  }

  /// How far patches are from what they should show, without density.
  private func patchLoss(
    _ parts: [PatchRays], _ planes: Tensor, _ ws: Tensor, phase: String,
    _ random: inout RandomSource
  ) throws -> (Tensor, SupervisedLosses) {
    let config = generator.config
    let side = side(in: phase)
    func joined(_ part: (PatchRays) -> Tensor) throws -> Tensor {
      try .concatenated(parts.map(part), 0)
    }
    let rays = Rays(
      origins: try joined(\.rays.origins), directions: try joined(\.rays.directions))
    var rendering = RenderingOptions()
    rendering.seed = random.next()
    rendering.jitters = true
    let seen = try generator.renderer(planes, rays, options: rendering)
    let views = parts[0].mask.shape[0]
    let total = parts.count * views
    func image(_ rays: Tensor) throws -> Tensor {
      try Generator.image(rays.reshaped(total, side * side, -1), side)
    }
    let features = try image(seen.features)
    let styles = try ws.reshaped(parts.count, 1, config.styleCount, config.wDimension)
      .expanded([-1, views, -1, -1]).reshaped(total, config.styleCount, config.wDimension)
    let raw = try generator.toRaw(features, styles.selected(1, 0))
    let final = try generator.superResolution(
      raw, features: features, w: styles.selected(1, config.styleCount - 1),
      side: side == config.renderingResolution ? nil : side)
    // Near the edges of a patch the convolutions saw zeros instead of neighbors.
    let margin = side == config.renderingResolution ? 0 : side / 4
    let span = margin..<side * 4 - margin
    func inner(_ x: Tensor) throws -> Tensor { try x.sliced(2, span).sliced(3, span) }
    let (drawn, truth) = (try inner(final), try inner(joined(\.image)))
    let color = try mean((drawn - truth).magnitude(), moving: inner(joined(\.moving)))
    let rawError = try raw - joined(\.raw)
    let rawColor = try mean(
      rawError.magnitude() + rawError.squared() * 2, moving: joined(\.rawMoving))
    let opacity = try (image(seen.opacity) - joined(\.mask)).magnitude().mean()
    let distance = try perceptual(drawn, truth)
    let loss =
      try color + rawColor * 0.5 + opacity * options.opacityWeight
      + distance * options.perceptualWeight
    return (
      loss,
      SupervisedLosses(
        phase: phase, color: try color.item(), opacity: try opacity.item(),
        perceptual: try distance.item(), density: 0)
    )
  }
}
