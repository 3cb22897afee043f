import PV3D
import Tensors
import TestSupport
import Testing

@Suite struct InverterTests {
  /// What the generator draws itself, so that an exact solution exists.
  /// - Parameter behind: a color that stands behind all of it
  func targets(_ generator: Generator, behind: Float? = nil) throws -> [InversionTarget] {
    var random = RandomSource(seed: 5)
    let z = try random.normal([1, 8])
    let label = try Camera.tensor([.canonical])
    return try withoutGradients {
      let ws = try generator.mapping(z, label: label)
      return try [Camera(yaw: 0.1, pitch: 0), Camera(yaw: -0.3, pitch: 0.1)].map { camera in
        let motion: [Float] = [1, 0, 0.5, -1, 0, 0]
        let drawn = try generator.synthesized(
          ws, motion: Tensor(motion, [1, 6]), label: Camera.tensor([camera]))
        let side = generator.config.imageResolution
        let mask = try drawn.opacity.resized(height: side, width: side, antialiased: false)
          .reshaped(1, side, side)
        let wall = try behind.map { try Tensor(full: $0, [3, side, side]) }
        let image = try drawn.image.reshaped(3, side, side)
        return InversionTarget(
          image: try wall.map { try image + $0 * (1 - mask) } ?? image, mask: mask, behind: wall,
          camera: camera, motion: motion)
      }
    }
  }

  func inverted(_ options: InversionOptions, seed: UInt64 = 3) throws -> (InversionResult, [Float])
  {
    let generator = try SmallGenerator.made()
    var inverter = try Inverter(
      generator, try targets(generator), options: options, seed: seed,
      distances: .init(perceptual: { try ($0 - $1).squared().mean() }))
    var losses: [Float] = []
    inverter.progress = { _, _, loss in losses.append(loss) }
    return (try inverter.run(), losses)
  }

  var options: InversionOptions {
    var options = InversionOptions()
    (options.styleSteps, options.extendedSteps, options.tuningSteps) = (30, 20, 20)
    options.styleRate = 0.05
    return options
  }

  @Test func lossesFallFromTheNearestLook() throws {
    let (result, losses) = try inverted(options)
    #expect(losses.count == 70)
    let first = losses.prefix(5).reduce(0, +) / 5
    let last = losses[45..<50].reduce(0, +) / 5
    #expect(last < 0.7 * first, "from \(first) to \(last)")
    #expect(result.styles.shape == [1, 6, 16])
    #expect(result.motion.count == 2 && result.cameras.count == 2)
    #expect(!result.tuned.isEmpty)
    #expect(!result.tuned.keys.contains { $0.contains(".mapping.") })
  }

  @Test func aWallBehindThePersonChangesLittleWhereItIsKnown() throws {
    func losses(_ targets: (Generator) throws -> [InversionTarget]) throws -> [Float] {
      let generator = try SmallGenerator.made()
      var inverter = try Inverter(
        generator, try targets(generator), options: options, seed: 3,
        distances: .init(perceptual: { try ($0 - $1).squared().mean() }))
      var losses: [Float] = []
      inverter.progress = { _, _, loss in losses.append(loss) }
      _ = try inverter.run()
      return losses
    }
    func last(_ losses: [Float]) -> Float { losses[45..<50].reduce(0, +) / 5 }
    let known = try losses { try targets($0, behind: 0.9) }
    let unknown = try losses { generator in
      try targets(generator, behind: 0.9).map { target in
        var target = target
        target.behind = nil
        return target
      }
    }
    let none = try losses { try targets($0) }
    #expect(last(known) < 0.7 * known.prefix(5).reduce(0, +) / 5)
    #expect(last(known) < 1.5 * last(none), "\(last(known)) beside \(last(none))")
    #expect(last(unknown) > 2 * last(known), "\(last(unknown)) beside \(last(known))")
  }

  @Test func motionsStayNearTheirStartByItsWeight() throws {
    func drift(_ weight: Float) throws -> Float {
      var options = options
      (options.styleSteps, options.extendedSteps, options.tuningSteps) = (20, 0, 0)
      options.startWeight = weight
      let (result, _) = try inverted(options)
      return zip(result.motion[0], [1, 0, 0.5, -1, 0, 0]).reduce(0) { $0 + abs($1.0 - $1.1) }
    }
    let (free, held) = (try drift(0), try drift(10))
    #expect(free > 0.1 && held < free / 2, "\(free), \(held)")
  }

  @Test func theSameSeedGivesTheSameResult() throws {
    var options = options
    (options.styleSteps, options.extendedSteps, options.tuningSteps) = (3, 2, 2)
    let (one, _) = try inverted(options)
    let (two, _) = try inverted(options)
    #expect(try one.styles.floats() == two.styles.floats())
    #expect(one.motion == two.motion && one.cameras == two.cameras)
  }

  /// Steps inside of each phase, and where one ends and the next begins.
  @Test(arguments: [1, 3, 4, 5, 6, 7])
  func aCheckpointLeadsToTheSameEnd(_ step: Int) throws {
    var options = options
    (options.styleSteps, options.extendedSteps, options.tuningSteps) = (3, 2, 2)
    let shop = try Workshop("inverter")
    let generator = try SmallGenerator.made()
    let targets = try targets(generator)
    func inverter() throws -> Inverter {
      var inverter = try Inverter(
        generator, targets, options: options, seed: 3,
        distances: .init(perceptual: { try ($0 - $1).squared().mean() }))
      inverter.mirroredMotion = { $0 }
      return inverter
    }
    var whole = try inverter()
    whole.offer = { made in
      let checkpoint = try made()
      if checkpoint.step == step { try checkpoint.write(to: shop.path("state")) }
    }
    let wanted = try whole.run()
    var rest = try inverter()
    var steps: [Int] = []
    rest.progress = { step, _, _ in steps.append(step) }
    let found = try rest.run(from: InversionCheckpoint(path: shop.path("state")))
    #expect(steps == Array((step + 1)..<8))
    #expect(try found.styles.floats() == wanted.styles.floats())
    #expect(found.motion == wanted.motion && found.cameras == wanted.cameras)
    #expect(found.tuned.keys.sorted() == wanted.tuned.keys.sorted())
    for (name, tensor) in wanted.tuned {
      #expect(try found.tuned[name]?.floats() == tensor.floats(), "\(name)")
    }
  }

  @Test func withoutStepsNothingMoves() throws {
    var options = options
    (options.styleSteps, options.extendedSteps, options.tuningSteps) = (0, 0, 0)
    let (result, losses) = try inverted(options)
    #expect(losses.isEmpty && result.tuned.isEmpty)
    #expect(result.motion[0] == [1, 0, 0.5, -1, 0, 0])
    for (ours, theirs) in zip(result.cameras[1].label, Camera(yaw: -0.3, pitch: 0.1).label) {
      #expect(abs(ours - theirs) < 1e-6)
    }
  }
}
