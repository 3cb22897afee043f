import Tensors

/// How well a side view and its depth explain the frontal view of the same moment.
///
/// Every pixel of the side view is lifted to the world by its depth and put where the frontal camera sees it;
/// what arrives is compared with the frontal view. Later pixels, row by row, lie over earlier ones.
/// - Source: Xu et al. 2023 (PV3D), section 4; PV3D-SPEC section 18
public struct WarpingError: Sendable {
  /// `[side, side, 3]`: the side view as the frontal camera sees it, 0 where it says nothing.
  public let warped: Tensor
  /// For each pixel, row by row, whether it is compared.
  ///
  /// A pixel must have been hit. As in the official measure, the pixel of the *side* view at the same place must
  /// moreover have fallen into the frontal image.
  public let valid: [Bool]
  /// The mean absolute difference over the compared pixels; nil where there are none.
  public let mean: Float?
  /// The mean absolute difference of both views as they are, over the same pixels; nil where there are none.
  ///
  /// Flat and blurred pictures have small errors whatever their geometry: what counts is how much of this is left.
  public let unwarped: Float?

  /// The camera that official models draw the frontal view from.
  public static let front = Camera.lookAt(
    h: .pi / 2, v: .pi / 2, target: SIMD3(0, 0, 0.2), radius: 2.7)

  /// - Parameters:
  ///   - front: `[side, side, 3]` in 0...255
  ///   - side: of the same shape and range
  ///   - depth: `[1, R, R]` of the side view, in world units along its rays
  ///   - camera: of the side view
  ///   - frontCamera: of the frontal view
  ///   - hits: for each of the depths whether its pixels are put into the frontal view; nil for all, as the
  ///     official measure does, which also puts what is behind a head over it
  public init(
    front: Tensor, side: Tensor, depth: Tensor, camera: Camera,
    frontCamera: Camera = WarpingError.front, hits: [Bool]? = nil
  ) throws {
    let size = front.shape[0]
    guard front.shape == [size, size, 3], side.shape == front.shape else {
      throw TensorError(
        operation: "warping error",
        reason: "views of shapes \(front.shape) and \(side.shape) are not square ones of one size")
    }
    let rays = depth.shape[1]
    if let hits, hits.count != rays * rays {
      throw TensorError(
        operation: "warping error", reason: "there are \(hits.count) hits for \(rays * rays) depths"
      )
    }
    let places = try Self.places(depth, camera, frontCamera, size)
    let pixels = try side.floats()
    var image = [Float](repeating: 0, count: 3 * size * size)
    var hit = [Bool](repeating: false, count: size * size)
    for (source, place) in places.enumerated() {
      if let hits, !hits[source / size * rays / size * rays + source % size * rays / size] {
        continue
      }
      func pixel(_ value: Float) -> Int {
        Int(min(max((value * Float(size)).rounded(.towardZero), 0), Float(size - 1)))
      }
      let target = pixel(place.y) * size + pixel(place.x)
      hit[target] = true
      for channel in 0..<3 { image[3 * target + channel] = pixels[3 * source + channel] }
    }
    let valid = zip(hit, places).map { $0 && Self.unit.contains($1.x) && Self.unit.contains($1.y) }
    let truth = try front.floats()
    var (sum, plain, count) = (0.0, 0.0, 0)
    for (index, compared) in valid.enumerated() {
      for entry in 3 * index..<3 * index + 3 {
        guard compared else {
          image[entry] = 0
          continue
        }
        sum += Double(abs(image[entry] - truth[entry]))
        plain += Double(abs(pixels[entry] - truth[entry]))
        count += 1
      }
    }
    warped = try Tensor(image, front.shape)
    self.valid = valid
    mean = count > 0 ? Float(sum / Double(count)) : nil
    unwarped = count > 0 ? Float(plain / Double(count)) : nil
  }

  private static let unit: ClosedRange<Float> = 0...1

  /// Where the pixels of the side view fall in the frontal image, 0 to 1 across it.
  private static func places(
    _ depth: Tensor, _ camera: Camera, _ front: Camera, _ size: Int
  ) throws -> [SIMD2<Float>] {
    let label = try Camera.tensor([camera])
    let rays = try Rays(labels: label, resolution: size)
    let far = try depth.to(.cpu).reshaped([1] + depth.shape)
      .resized(height: size, width: size, antialiased: false).reshaped(1, size * size, 1)
    let points = try (rays.origins + rays.directions * far).floats()
    let lens = camera.label
    return stride(from: 0, to: points.count, by: 3).map { start in
      let seen = front.local(
        SIMD3(points[start], points[start + 1], points[start + 2]) - front.position)
      return SIMD2(
        seen.x / seen.z * lens[16] + lens[18], seen.y / seen.z * lens[20] + lens[21])
    }
  }
}
