package import Faces
import PV3D
package import Tensors

/// What stands behind a person, gathered from the frames in which it can be seen.
///
/// The head is modelled over nothing; the plate is put behind it when it is rendered. So the volume holds no
/// background that a turning head would drag along. It is gathered in the pixels of the video, where a room stands
/// still while crops follow the head; it holds what all crops show.
package struct BackgroundPlate {
  /// The most pixels of a row, in sides of a crop.
  private static let largest = 4

  /// The plate's place in the frames of the video.
  private let frame: CropFrame
  private let crops: [CropFrame]
  /// Pixels of a row of the plate.
  private let side: Int
  /// `[1, 3, side, side]`: the sum of visible pixels, and `[1, 1, side, side]` of how often.
  private var colors: Tensor
  private var weights: Tensor

  /// - Parameters:
  ///   - crops: of all frames, at least one
  ///   - crop: pixels of a row of a crop
  package init(_ crops: [CropFrame], crop: Int) throws {
    let first = crops[0]
    let corners = [SIMD2(0.0, 0.0), SIMD2(0, 1), SIMD2(1, 0), SIMD2(1, 1)]
    let places = crops.flatMap { crop in corners.map { first.place(crop.pixel($0)) } }
    let (x, y) = (places.map(\.x), places.map(\.y))
    let low = SIMD2(x.min() ?? 0, y.min() ?? 0)
    let high = SIMD2(x.max() ?? 1, y.max() ?? 1)
    let extent = crops.count == 1 ? 1 : max(high.x - low.x, high.y - low.y)
    let median = crops.map(\.side).sorted()[crops.count / 2] / first.side
    let wanted = (Double(crop) * extent / median).rounded()
    self.crops = crops
    side = Int(min(wanted, Double(crop * Self.largest)))
    frame =
      crops.count == 1
      ? first
      : CropFrame(
        center: first.pixel((low + high) / 2), side: first.side * extent, roll: first.roll)
    colors = try .zeros([1, 3, side, side])
    weights = try .zeros([1, 1, side, side])
  }

  /// Adds what a crop shows outside of the person.
  /// - Parameters:
  ///   - index: of the crop
  ///   - image: `[1, 3, side, side]` in -1...1
  ///   - mask: `[1, 1, side, side]`, 1 where the person is
  package mutating func add(_ index: Int, _ image: Tensor, mask: Tensor) throws {
    // The matte is soft and a little small: keep away from its edge.
    let person = try mask.maxPooled(9, stride: 1, padding: 4)
    let clear = try ((1 - person) * 1.2 - 0.2).relu()
    let visible = try clear * familiar(image, clear, mask)
    let seen = try Tensor.concatenated([image * visible, visible], 1)
    let place = frame.within(crops[index], side: Double(image.shape[2]))
    let spread = crops.count == 1 ? seen : try place.cropped(seen, side: side)
    colors = try colors + spread.sliced(1, 0..<3)
    weights = try weights + spread.sliced(1, 3..<4)
  }

  /// Where pixels may be the background's, 1 or 0: near the person only what looks like what is farther away.
  ///
  /// The tip of an ear or a strand that the matte has missed would stay in the air when the head turns away from it.
  private func familiar(_ image: Tensor, _ clear: Tensor, _ mask: Tensor) throws -> Tensor {
    let size = image.shape[2]
    // Behind the ring of what may be missed, of 12 pixels in 256.
    let reach = max(size / 21, 1)
    let near = try mask.maxPooled(2 * reach + 1, stride: 1, padding: reach)
    let sure = try clear * (1 - near)
    // Of a person who fills the picture too little is farther away to tell by.
    guard try sure.mean().item() > 0.05 else { return try .ones([1, 1, size, size]) }
    let sums = try Tensor.concatenated([image * sure, image.squared() * sure], 1)
    let around = try Self.filled(sums, sure, finest: max(size / 16, 1))
      .resized(height: size, width: size, antialiased: false)
    let (mean, square) = (try around.sliced(1, 0..<3), try around.sliced(1, 3..<6))
    let deviation = try (square - mean.squared()).relu().squareRoot()
    let excess = try ((image - mean).magnitude() - deviation * 3 - 0.1).relu().maximum(
      1, keeping: true)
    // What is missed has soft edges, of 3 pixels in 256, whose colors are between it and the background's.
    let edge = size / 85
    return try 1
      - (excess * near * 1e6).clamped(0, 1).maxPooled(2 * edge + 1, stride: 1, padding: edge)
  }

  /// Colors by their weights; where there are none they are filled from around.
  /// - Parameters:
  ///   - colors: `[1, channels, side, side]`, sums by weight
  ///   - weights: `[1, 1, side, side]`
  ///   - finest: the largest side of what is filled
  private static func filled(
    _ colors: Tensor, _ weights: Tensor, finest: Int = .max
  ) throws -> Tensor {
    var levels = [(colors, weights)]
    while let last = levels.last, last.0.shape[2] > 1 {
      levels.append(
        (try last.0.averagePooled(2, stride: 2), try last.1.averagePooled(2, stride: 2)))
    }
    var result = try Tensor.zeros([1, colors.shape[1], 1, 1])
    for (color, weight) in levels.reversed() where color.shape[2] <= finest {
      let size = color.shape[2]
      let coarse = try result.resized(height: size, width: size, antialiased: false)
      let sure = try (weight * 20).clamped(0, 1)
      result = try coarse * (1 - sure) + color / (weight + 1e-6) * sure
    }
    return result
  }

  /// What is `smooth` where nothing was seen, with the texture of what was.
  private func textured(_ smooth: Tensor) throws -> Tensor {
    let known = try (weights * 2e4 - 1e3).clamped(0, 1)
    let blur = try GaussianBlur(sigma: Double(side) / 54)
    let base = try blur(smooth) / blur(.ones([1, 1, side, side]))
    let texture = try (smooth - base) * known
    // Half a step of 255 is none.
    guard try texture.magnitude().mean().item() > 0.004 * known.mean().item() else { return smooth }
    let unseen = try 1 - (weights * 20).clamped(0, 1)
    return try smooth + TextureFill.filled(texture, known: known) * unseen
  }

  /// The plate, and where in it crops lie; what was never seen is filled from around.
  /// - Parameter isTextured: whether its texture is filled too, which is made up, and nothing to fit a head before
  package func filled(isTextured: Bool) throws -> Backdrop {
    let smooth = try Self.filled(colors, weights)
    let plate = try (isTextured ? textured(smooth) : smooth).clamped(-1, 1).reshaped(3, side, side)
    if crops.count == 1 { return Backdrop(plate) }
    return Backdrop(plate, windows: crops.map { $0.within(frame, side: Double(side)) })
  }
}
