import Tensors

/// What stands behind a person, gathered from the frames in which it can be seen.
///
/// The head is modelled over nothing; the plate is put behind it when it is rendered. So the volume holds no
/// background that a turning head would drag along.
struct BackgroundPlate {
  /// `[1, 3, side, side]`: the sum of visible pixels, and `[1, 1, side, side]` of how often.
  private var colors: Tensor
  private var weights: Tensor

  init(side: Int) throws {
    colors = try .zeros([1, 3, side, side])
    weights = try .zeros([1, 1, side, side])
  }

  /// Adds what a frame shows outside of the person.
  /// - Parameters:
  ///   - image: `[1, 3, side, side]` in -1...1
  ///   - mask: `[1, 1, side, side]`, 1 where the person is
  mutating func add(_ image: Tensor, mask: Tensor) throws {
    // The matte is soft and a little small: keep away from its edge.
    let person = try mask.maxPooled(9, stride: 1, padding: 4)
    let visible = try ((1 - person) * 1.2 - 0.2).relu()
    colors = try colors + image * visible
    weights = try weights + visible
  }

  /// The plate, `[3, side, side]` in -1...1; what was never seen is filled from around.
  func filled() throws -> Tensor {
    let side = colors.shape[2]
    var levels = [(colors, weights)]
    while let last = levels.last, last.0.shape[2] > 1 {
      levels.append(
        (try last.0.averagePooled(2, stride: 2), try last.1.averagePooled(2, stride: 2)))
    }
    var result = try Tensor.zeros([1, 3, 1, 1])
    for (color, weight) in levels.reversed() {
      let size = color.shape[2]
      let coarse = try result.resized(height: size, width: size, antialiased: false)
      let sure = try (weight * 20).clamped(0, 1)
      result = try coarse * (1 - sure) + color / (weight + 1e-6) * sure
    }
    return try result.clamped(-1, 1).reshaped(3, side, side)
  }
}
