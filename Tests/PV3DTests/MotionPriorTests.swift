import PV3D
import Tensors
import TestSupport
import Testing

/// Tuning to one picture of one motion, and what other motions change afterwards.
@Suite struct MotionPriorTests {
  private let own: [Float] = [0, 0, 0, 0, 0, 0]

  private func drawn(
    _ generator: Generator, _ ws: Tensor, _ motion: [Float], from camera: Camera = .canonical
  ) throws -> Tensor {
    try withoutGradients {
      try generator.synthesized(
        ws, motion: Tensor(motion, [1, 6]), label: Camera.tensor([camera])
      ).raw
    }
  }

  /// How far what motions change is from the untuned generator's changes, and how far the tuned drawing is from the
  /// picture; means over pixels.
  private func distances(
    motionPriorWeight: Float, seed: UInt64 = 3,
    other: (([Float], inout RandomSource) -> [Float])? = nil
  ) throws -> (change: Float, picture: Float) {
    let generator = try SmallGenerator.made()
    let side = generator.config.imageResolution
    let small = generator.config.renderingResolution
    // Lines that the generator would not draw.
    let lines = (0..<3 * side * side).map { Float($0 / side % 8 < 4 ? 0.5 : -0.5) }
    let image = try Tensor(lines, [3, side, side])
    var options = InversionOptions()
    (options.styleSteps, options.extendedSteps, options.tuningSteps) = (5, 5, 80)
    options.priorWeight = 0
    options.motionPriorWeight = motionPriorWeight
    var inverter = try Inverter(
      generator,
      [
        InversionTarget(
          image: image, mask: try Tensor.ones([1, side, side]), camera: .canonical, motion: own)
      ], options: options, seed: seed,
      distances: .init(perceptual: { try ($0 - $1).squared().mean() }))
    inverter.otherMotion = other
    let found = try inverter.run()
    let all = generator.parameters.merging(generator.buffers) { first, _ in first }
      .merging(found.tuned) { _, tuned in tuned }
    let tuned = try Generator(Weights(checkpoint: all), generator.config)
    var change: Float = 0
    let motions: [[Float]] = [[1, 0, 0, 0, 0, 0], [0, -1, 1, 0, 0, 0], [0, 0, 0, 1, -1, 1]]
    for motion in motions {
      func changed(_ generator: Generator) throws -> Tensor {
        try drawn(generator, found.styles, motion)
          - drawn(generator, found.styles, found.motion[0])
      }
      change += try (changed(tuned) - changed(generator)).magnitude().mean().item()
    }
    let truth = try image.reshaped(1, 3, side, side)
      .resized(height: small, width: small, antialiased: true)
    let picture = try drawn(tuned, found.styles, found.motion[0], from: found.cameras[0])
    return (change / Float(motions.count), try (picture - truth).magnitude().mean().item())
  }

  @Test func motionsChangeWhatTheyChangedBeforeTuning() throws {
    let (free, held) = (
      try distances(motionPriorWeight: 0), try distances(motionPriorWeight: 10)
    )
    #expect(held.change < 0.5 * free.change, "\(held.change) beside \(free.change)")
    #expect(held.picture < 1.2 * free.picture, "\(held.picture) beside \(free.picture)")
  }

  /// What is held is what is asked for: motions that are known are held about as well as by N(0, 1), which moves all of a code, and
  /// far better than by the face at rest.
  @Test func motionsThatAreNamedAreHeld() throws {
    var (normal, named, still): (Float, Float, Float) = (0, 0, 0)
    for seed: UInt64 in 3..<6 {
      normal += try distances(motionPriorWeight: 10, seed: seed).change
      still += try distances(motionPriorWeight: 10, seed: seed) { own, _ in own }.change
      named += try distances(motionPriorWeight: 10, seed: seed) { own, random in
        var result = own
        let place = Int(random.next() % 6)
        result[place] += random.next() % 2 == 0 ? 1 : -1
        return result
      }.change
    }
    #expect(named < 0.7 * still, "\(named) beside \(still)")
    #expect(named < 1.2 * normal, "\(named) beside \(normal)")
  }
}
