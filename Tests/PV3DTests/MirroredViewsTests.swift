import PV3D
import Tensors
import TestSupport
import Testing

@Suite struct MirroredViewsTests {
  private let degree = Float.pi / 180

  @Test(
    arguments: [
      // The view from the other side of a face at 20 degrees is 40 degrees away.
      (-20, [20], 1), (-8, [8], 0.5), (-3, [3], 0), (-20, [20, -18], 0), (-20, [20, -4], 0.5),
    ] as [(Float, [Float], Float)])
  func aMirrorImageCountsWhereNoFrameSees(_ yaw: Float, _ seen: [Float], _ weight: Float) {
    let found = MirroredViews.weight(yaw * degree, beside: seen.map { $0 * degree })
    #expect(abs(found - weight) < 1e-4, "\(found)")
  }

  @Test func framesAreShownInAMirror() throws {
    let side = 4
    let columns = (0..<3 * side * side).map { Float($0 % side) }
    let frame = InversionTarget(
      image: try Tensor(columns, [3, side, side]),
      mask: try Tensor(Array(columns.prefix(side * side)), [1, side, side]),
      camera: Camera(yaw: 0.4, pitch: 0.1), motion: [1])
    let front = InversionTarget(
      image: frame.image, mask: frame.mask, camera: .canonical, motion: [3])
    let views = try MirroredViews(
      [frame, front], cameras: [frame.camera, front.camera], motion: [[2], [3]])
    #expect(views.targets.count == 1)
    let seen = try #require(views.targets.first)
    #expect(abs(seen.camera.yaw + 0.4) < 1e-5 && abs(seen.camera.pitch - 0.1) < 1e-5)
    #expect(seen.motion == [2])
    #expect(try Array(seen.image.floats().prefix(side)) == [3, 2, 1, 0])
    #expect(try Array(seen.mask.floats().suffix(side)) == [3, 2, 1, 0])
  }

  /// Mean absolute difference of the tuned generator's drawing, seen from the other side, and the mirror image.
  private func difference(mirrorWeight: Float) throws -> Float {
    let generator = try SmallGenerator.made()
    var random = RandomSource(seed: 5)
    let ws = try withoutGradients {
      try generator.mapping(random.normal([1, 8]), label: Camera.tensor([.canonical]))
    }
    let camera = Camera(yaw: 0.4, pitch: 0)
    let motion: [Float] = [1, 0, 0.5, -1, 0, 0]
    func drawn(_ generator: Generator, _ ws: Tensor, _ camera: Camera) throws -> GeneratedImage {
      try withoutGradients {
        try generator.synthesized(
          ws, motion: Tensor(motion, [1, 6]), label: Camera.tensor([camera]))
      }
    }
    let truth = try drawn(generator, ws, camera)
    let side = generator.config.imageResolution
    let target = InversionTarget(
      image: try truth.image.reshaped(3, side, side), mask: try Tensor.ones([1, side, side]),
      camera: camera, motion: motion)
    var options = InversionOptions()
    (options.styleSteps, options.extendedSteps, options.tuningSteps) = (10, 10, 60)
    (options.priorWeight, options.mirrorWeight) = (0, mirrorWeight)
    var inverter = try Inverter(
      generator, [target], options: options, seed: 3,
      distances: .init(perceptual: { try ($0 - $1).squared().mean() }))
    inverter.mirroredMotion = { $0 }
    let found = try inverter.run()
    let all = generator.parameters.merging(generator.buffers) { first, _ in first }
      .merging(found.tuned) { _, tuned in tuned }
    let tuned = try Generator(Weights(checkpoint: all), generator.config)
    let seen = try drawn(tuned, found.styles, found.cameras[0].mirrored)
    let small = generator.config.renderingResolution
    let wanted = try truth.image.resized(height: small, width: small, antialiased: true).flipped(3)
    return try (seen.raw - wanted).magnitude().mean().item()
  }

  @Test func theOtherSideComesNearerToTheMirrorImage() throws {
    let (without, with) = (try difference(mirrorWeight: 0), try difference(mirrorWeight: 0.5))
    #expect(with < 0.7 * without, "\(with) beside \(without)")
  }
}
