import Tensors

/// The stored looks of a generator as it draws them now, where codes of real pictures begin.
struct KnownLooks {
  /// `[looks, wDimension]`.
  private let styles: Tensor
  /// `[looks, 3, side, side]` from the front at rest.
  private let pictures: Tensor
  private static let side = 32

  init(_ generator: Generator) throws {
    let config = generator.config
    (styles, pictures) = try withoutGradients {
      let styles = try generator.mapping.bankStyles()
      let front = try Camera.tensor([.canonical], on: generator.device)
      let rest = try Tensor.zeros([1, config.motionDimension]).to(generator.device)
      let pictures = try (0..<styles.shape[0]).map { row in
        try generator.raw(
          style: styles.sliced(0, row..<row + 1), motion: rest, label: front, resolution: Self.side
        ).color
      }
      return (styles, try Tensor.concatenated(pictures, 0))
    }
  }

  /// The style whose small picture is nearest, `[1, wDimension]`.
  func nearest(to portrait: PortraitView) throws -> Tensor {
    let side = portrait.side
    let image = try Tensor(portrait.view.colors, [1, side, side, 3]).permuted(0, 3, 1, 2)
      .resized(height: Self.side, width: Self.side, antialiased: true).to(pictures.device)
    let gaps = try (pictures - image).magnitude().mean(1, 2, 3).floats()
    let best = gaps.indices.min { gaps[$0] < gaps[$1] } ?? 0
    return try styles.sliced(0, best..<best + 1)
  }
}
