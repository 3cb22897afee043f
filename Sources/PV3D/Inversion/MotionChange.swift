import Tensors

/// What a motion changes in the views of a generator, held while the generator is tuned to frames that do not show it.
///
/// Where only closed lips are seen, tuning is otherwise free to paint them where opened ones must be, and the mouth breaks
/// when it moves.
package struct MotionChange {
  /// From which change in color, of the 2 between black and white, something counts as uncovered, and over how much more
  /// it comes to count in full.
  private static let uncovered: (from: Float, over: Float) = (0.25, 0.4)
  /// The weight of what a motion uncovers, as a mean over where it does, beside the change as a mean over the picture.
  private static let uncoveredWeight: Float = 0.125
  /// The weight of super-resolution's features beside that of colors.
  private static let featureWeight: Float = 0.3

  /// `[2, ...]` of the untuned generator: in motion, and at rest.
  private let truth: RawImage
  /// `[1, wDimension]`: the style of super-resolution.
  private let style: Tensor
  /// `[1, 1, R, R]` in 0...1: where the motion uncovers something.
  private let part: Tensor
  /// `[1, 3, side, side]`: the motion in the picture that leaves super-resolution.
  private let picture: Tensor

  /// - Parameters:
  ///   - truth: two views of one camera, `[2, ...]`: in motion, and at rest
  ///   - ws: `[1, styleCount, wDimension]`
  package init(of untuned: Generator, _ truth: RawImage, _ ws: Tensor) throws {
    let style = try ws.selected(1, untuned.config.styleCount - 1)
    (self.truth, self.style) = (truth, style)
    (part, picture) = try withoutGradients {
      let change = try Self.change(truth.color).magnitude().mean(1, keeping: true)
      let part = try ((change - Self.uncovered.from) * (1 / Self.uncovered.over)).clamped(0, 1)
      return try (
        part * Self.inMotion(truth.opacity), Self.picture(of: untuned, truth, style)
      )
    }
  }

  /// How far the same two views of a tuned generator are from this change, without unit.
  ///
  /// Everywhere the changes themselves are compared, so that skin keeps the color of the frames. What the motion uncovers
  /// (teeth, the gap between lips, a lid where an eye was) is compared as it looks, before super-resolution and after
  /// it: the frames tell nothing of it, and where the lips of both are not quite at one place, a change that is
  /// added to the color of skin glows.
  package func distance(_ now: RawImage, of tuned: Generator) throws -> Tensor {
    let uncovered =
      try away(Self.picture(of: tuned, now, style), picture)
      + away(Self.inMotion(now.color), Self.inMotion(truth.color)) * 0.5
    return try Self.change(now.color - truth.color).magnitude().mean()
      + Self.change(now.features - truth.features).magnitude().mean() * Self.featureWeight
      + uncovered * Self.uncoveredWeight
  }

  /// The mean over where something is uncovered.
  private func away(_ now: Tensor, _ truth: Tensor) throws -> Tensor {
    let part = try part.resized(height: truth.shape[2], width: truth.shape[3], antialiased: false)
    // A part of less than a hundredth of the picture counts less, and none counts nothing.
    return try ((now - truth).magnitude().mean(1, keeping: true) * part).mean()
      / (part.mean() + 0.01)
  }

  private static func inMotion(_ views: Tensor) throws -> Tensor { try views.sliced(0, 0..<1) }

  private static func change(_ views: Tensor) throws -> Tensor {
    try inMotion(views) - views.sliced(0, 1..<2)
  }

  private static func picture(
    of generator: Generator, _ views: RawImage, _ style: Tensor
  ) throws -> Tensor {
    try generator.superResolution(
      inMotion(views.color), features: inMotion(views.features), w: style)
  }
}
