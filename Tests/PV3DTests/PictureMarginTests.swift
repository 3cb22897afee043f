import PV3D
import TestSupport
import Tensors
import Testing

/// What super-resolution sees beyond the edges of a picture.
@Suite struct PictureMarginTests {
  /// The largest difference of the outermost `ring` pixels of a picture from the truth.
  private func difference(_ image: Tensor, _ truth: Tensor, ring: Int) throws -> Float {
    let side = image.shape[2]
    let gaps = try (image - truth).magnitude().floats()
    return gaps.enumerated().map { place, gap in
      let (x, y) = (place % side, place / side % side)
      return min(x, y, side - 1 - x, side - 1 - y) < ring ? gap : 0
    }.max() ?? 0
  }

  @Test func edgesAreDrawnAsInAPictureThatGoesOnBeyondThem() throws {
    let generator = try SmallGenerator.made()
    let config = generator.config
    var random = RandomSource(seed: 2)
    let ws = try random.normal([1, config.styleCount, config.wDimension])
    let label = try Camera.tensor([.canonical])
    try withoutGradients {
      let planes = try generator.synthesis(ws, motion: random.normal([1, 6]))
      /// Drawn with so many rays beyond each edge, `[1, 3, 32, 32]`.
      func drawn(margin: Int) throws -> Tensor {
        let side = 8 + 2 * margin
        let seen = try generator.renderer(
          planes, Rays(labels: label, resolution: 8, margin: margin))
        let features = try seen.features.permuted(0, 2, 1).reshaped(1, 8, side, side)
        let wide = try generator.superResolution(
          generator.toRaw(features, ws.selected(1, 0)), features: features,
          w: ws.selected(1, config.styleCount - 1), side: side)
        let inside = 4 * margin..<4 * margin + 32
        return try wide.sliced(2, inside).sliced(3, inside)
      }
      let truth = try drawn(margin: 8)
      let image = try generator.rendered(planes, ws, label: label)
      #expect(image.image.shape == [1, 3, 32, 32] && image.raw.shape == [1, 3, 8, 8])
      #expect(image.depth.shape == [1, 1, 8, 8] && image.opacity.shape == [1, 1, 8, 8])
      let bare = try difference(drawn(margin: 0), truth, ring: 8)
      let ours = try difference(image.image, truth, ring: 8)
      #expect(ours < 0.05 * bare, "\(ours) beside \(bare)")
      let coarse = try generator.rendered(planes, ws, label: label, resolution: 12)
      #expect(coarse.raw.shape == [1, 3, 12, 12] && coarse.image.shape == [1, 3, 32, 32])
      // A quarter of the pixels are no whole rays.
      let odd = try generator.rendered(planes, ws, label: label, resolution: 7)
      #expect(odd.raw.shape == [1, 3, 7, 7] && odd.image.shape == [1, 3, 32, 32])
    }
  }

  @Test(.enabled(if: TinyModel.has("generator_eval")))
  func officialModelsAreDrawnWithout() throws {
    let generator = try TinyModel.generator()
    let config = generator.config
    var random = RandomSource(seed: 2)
    let ws = try random.normal([1, config.styleCount, config.wDimension])
    let label = try Camera.tensor([.canonical])
    try withoutGradients {
      let planes = try generator.synthesis(
        ws, motion: random.normal([1, config.motionDimension]))
      let image = try generator.rendered(planes, ws, label: label)
      let seen = try generator.renderer(
        planes, Rays(labels: label, resolution: config.renderingResolution))
      let features = try Generator.image(seen.features, config.renderingResolution)
      let bare = try generator.superResolution(
        generator.toRaw(features, ws.selected(1, 0)), features: features,
        w: ws.selected(1, config.styleCount - 1))
      #expect(try image.image.floats() == bare.floats())
    }
  }
}
