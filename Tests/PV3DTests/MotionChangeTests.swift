import PV3D
import Tensors
import TestSupport
import Testing

/// What is held of two views, in motion and at rest, whose colors are known.
@Suite struct MotionChangeTests {
  private let side = SmallGenerator.config.renderingResolution

  /// Two views whose color is `rest` at rest, and in motion more by `much` in the left half and by `little` in the right one,
  /// with `added` in both views from the first of `columns` to the last.
  private func views(
    rest: Float = -0.2, much: Float = 0.65, little: Float = 0.2, added: Float = 0,
    columns: Range<Int> = 0..<8
  ) throws -> RawImage {
    var random = RandomSource(seed: 5)
    let features = try random.normal([1, SmallGenerator.config.planeFeatures, side, side])
    let colors = [true, false].flatMap { isMoved in
      (0..<3 * side * side).map { index -> Float in
        let column = index % side
        let change = isMoved ? (column < side / 2 ? much : little) : 0
        return rest + change + (columns.contains(column) ? added : 0)
      }
    }
    return try RawImage(
      features: .concatenated([features, features], 0), color: Tensor(colors, [2, 3, side, side]),
      depth: .ones([2, 1, side, side]), opacity: .ones([2, 1, side, side]))
  }

  private func distance(
    _ now: RawImage, _ truth: RawImage, tuned: Generator? = nil
  ) throws -> Float {
    let generator = try SmallGenerator.made()
    let ws = try RandomSource.styles(of: generator)
    return try withoutGradients {
      try MotionChange(of: generator, truth, ws).distance(now, of: tuned ?? generator).item()
    }
  }

  @Test func nothingIsAwayFromItself() throws {
    #expect(try distance(views(), views()) == 0)
  }

  /// The change is the same and the colors are not: the sum would glow where the motion uncovers something.
  @Test func whatIsUncoveredIsHeldAsItLooksAndNothingElse() throws {
    let uncovered = try distance(views(added: 0.3, columns: 0..<2), views())
    let other = try distance(views(added: 0.3, columns: 6..<8), views())
    // Half of the picture is uncovered; half of that is away by 0.3: by half before super-resolution alone.
    #expect(uncovered > 0.125 * 0.5 * 0.3 * 0.25 / 0.51)
    #expect(other < 0.01 * uncovered, "\(other) beside \(uncovered)")
  }

  @Test func wholeColorsAreNotHeldWhereNothingIsUncovered() throws {
    let truth = try views(much: 0.25, little: 0.1)
    #expect(try distance(views(much: 0.25, little: 0.1, added: 0.3), truth) < 1e-6)
  }

  /// A change that is missing counts by its mean, uncovered or not.
  @Test func changesAreHeldEverywhere() throws {
    let missing = try distance(views(much: 0.2, little: 0), views(much: 0.2, little: 0.2))
    #expect(abs(missing - 0.1) < 1e-5, "\(missing)")
  }

  @Test func whatSuperResolutionMakesOfItIsHeld() throws {
    let generator = try SmallGenerator.made()
    var tensors = generator.parameters.merging(generator.buffers) { first, _ in first }
    var changed = 0
    for (name, tensor) in tensors where name.hasPrefix("superresolution") {
      guard name.hasSuffix("torgb.bias") else { continue }
      tensors[name] = try tensor + 0.25
      changed += 1
    }
    #expect(changed > 0)
    let tuned = try Generator(Weights(checkpoint: tensors), generator.config)
    let away = try distance(views(), views(), tuned: tuned)
    // Some bias is added before the last: the picture is away by 0.25 and more, where half of it is uncovered.
    #expect(away > 0.125 * 0.25 * 0.5 / 0.51 * 0.9, "\(away)")
  }
}

extension RandomSource {
  /// `[1, styleCount, wDimension]` of one seed.
  fileprivate static func styles(of generator: Generator) throws -> Tensor {
    var random = RandomSource(seed: 7)
    return try random.normal([1, generator.config.styleCount, generator.config.wDimension])
  }
}
