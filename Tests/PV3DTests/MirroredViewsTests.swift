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

  /// A ball of the size of a head around the pivot, from 20 degrees to its left: the mirror's camera sees the right half better.
  @Test func theHalfThatTheFrameSeesBetterIsLeftToIt() throws {
    let side = 24
    let camera = Camera(yaw: 20 * degree, pitch: 0)
    let rays = try Rays(labels: Camera.tensor([camera]), resolution: side)
    let (origins, directions) = (
      try rays.origins.contiguous().floats(), try rays.directions.floats()
    )
    let radius: Float = 0.33
    let depth = (0..<side * side).map { index -> Float in
      func vector(_ values: [Float]) -> SIMD3<Float> {
        SIMD3(values[3 * index], values[3 * index + 1], values[3 * index + 2])
      }
      let (from, along) = (vector(origins) - Camera.pivot, vector(directions))
      let middle = -(from * along).sum()
      let gap = (from * from).sum() - middle * middle
      return gap < radius * radius ? middle - (radius * radius - gap).squareRoot() : 3.2
    }
    let part = try MirroredViews.part(depth: Tensor(depth, [1, side, side]), camera: camera)
    #expect(part.shape == [1, 1, side, side])
    let row = try Array(part.floats()[(side / 2) * side..<(side / 2 + 1) * side])
    // The camera is at the head's left, so the head's left, on the right of the picture, is what it alone sees well.
    #expect(row[19] > 0.95, "\(row)")
    #expect(row[side / 2 - 6] < 0.01 && row[side / 2 - 4] < 0.2, "\(row)")
    #expect(row[14] < row[16] && row[16] <= row[18], "\(row)")
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
    (options.priorWeight, options.motionPriorWeight) = (0, 0)
    options.mirrorWeight = mirrorWeight
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
    let (without, with) = (try difference(mirrorWeight: 0), try difference(mirrorWeight: 4))
    #expect(with < 0.85 * without, "\(with) beside \(without)")
  }
}
