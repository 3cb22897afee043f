import Tensors

/// What is drawn beyond the edges of a picture and cut off again.
///
/// The convolutions of super-resolution see zeros beyond their input, which frames its output in gray: rays beyond the
/// edges let them see what is there. Official models are drawn without, as they were trained.
struct PictureMargin {
  /// Pixels of super-resolution's input beyond each edge.
  private static let pixels = 2

  /// Rays beyond each edge.
  let rays: Int
  /// Pixels of super-resolution's input beyond each edge.
  let input: Int
  /// Pixels of the picture beyond each edge.
  let image: Int

  /// - Parameter resolution: rays along the side of the picture; there is no margin where it would not be whole rays
  init(_ config: GeneratorConfig, resolution: Int) {
    let side = config.superResolutionInput
    let isWhole = Self.pixels * resolution % side == 0
    input = isWhole && !config.isOfficial ? Self.pixels : 0
    rays = input * resolution / side
    image = input * (config.imageResolution / side)
  }

  /// A batch of pictures without so many pixels along each edge.
  /// - Parameter axis: of the rows; those of the columns is the next
  static func cut(_ pixels: Int, off pictures: Tensor, axis: Int = 2) throws -> Tensor {
    guard pixels > 0 else { return pictures }
    func inside(_ axis: Int) -> Range<Int> { pixels..<pictures.shape[axis] - pixels }
    return try pictures.sliced(axis, inside(axis)).sliced(axis + 1, inside(axis + 1))
  }
}

extension GeneratedImage {
  /// Without its margin.
  func cut(_ margin: PictureMargin) throws -> GeneratedImage {
    func rays(_ pictures: Tensor) throws -> Tensor {
      try PictureMargin.cut(margin.rays, off: pictures)
    }
    return try GeneratedImage(
      image: PictureMargin.cut(margin.image, off: image), raw: rays(raw), depth: rays(depth),
      opacity: rays(opacity),
      points: points.map { try PictureMargin.cut(margin.rays, off: $0, axis: 1) })
  }
}
