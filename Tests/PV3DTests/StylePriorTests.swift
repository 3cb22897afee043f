import PV3D
import Tensors
import TestSupport
import Testing

/// Styles of layers that differ to draw a picture, and what they add to the head of one style from the side.
@Suite struct StylePriorTests {
  /// By how much styles that differ are before the head of the one style in four views, and how far the drawing is from the picture.
  private func distances(priorWeight: Float) throws -> (added: Float, picture: Float) {
    let generator = try SmallGenerator.made()
    let side = generator.config.imageResolution
    // A disk, which no head of this generator is.
    let disk = (0..<side * side).map { place -> Float in
      let (x, y) = (Float(place % side) - 15.5, Float(place / side) - 15.5)
      return x * x + y * y < 80 ? 1 : 0
    }
    let mask = try Tensor(disk, [1, side, side])
    func found(_ extendedSteps: Int) throws -> InversionResult {
      var options = InversionOptions()
      (options.styleSteps, options.extendedSteps, options.tuningSteps) = (5, extendedSteps, 0)
      options.priorWeight = priorWeight
      options.styleRate = 0.05
      options.opacityWeight = 1
      var inverter = try Inverter(
        generator,
        [
          InversionTarget(
            image: try mask.expanded([3, side, side]) * 0.8, mask: mask, camera: .canonical,
            motion: [0, 0, 0, 0, 0, 0])
        ], options: options, seed: 3,
        distances: .init(perceptual: { try ($0 - $1).squared().mean() }))
      return try inverter.run()
    }
    let (one, several) = (try found(0), try found(80))
    func drawn(_ result: InversionResult, from camera: Camera) throws -> GeneratedImage {
      let ws = try result.styles.expanded([1, generator.config.styleCount, -1])
      return try withoutGradients {
        try generator.synthesized(
          ws, motion: Tensor(several.motion[0], [1, 6]), label: Camera.tensor([camera]),
          resolution: side)
      }
    }
    var added: Float = 0
    for yaw: Float in [-0.6, -0.3, 0.3, 0.6] {
      let camera = Camera(yaw: yaw, pitch: 0)
      let (before, after) = (try drawn(one, from: camera), try drawn(several, from: camera))
      added += try (before.depth - after.depth - 0.04).relu().mean().item() / 4
    }
    let truth = try mask.reshaped(1, 1, side, side)
    let front = try drawn(several, from: several.cameras[0])
    return (added, try (front.opacity - truth).magnitude().mean().item())
  }

  @Test func littleIsAddedBeforeTheHeadOfTheOneStyle() throws {
    let (free, held) = (try distances(priorWeight: 0), try distances(priorWeight: 1))
    #expect(held.added < 0.3 * free.added, "\(held.added) beside \(free.added)")
    #expect(held.picture < 1.2 * free.picture, "\(held.picture) beside \(free.picture)")
  }
}
