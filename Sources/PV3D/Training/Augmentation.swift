import Tensors

/// Changes that real and generated pairs pass through before the discriminators see them.
///
/// Brightness, saturation, contrast, translation and cutout; a pair's frames and their raw images are
/// changed alike. Only what leaves the camera's label true enough is changed: colors and holes say nothing
/// of the camera, and a move by an eighth of the side, which is 1.7° at the focal length of our cameras, is
/// small beside the poses of a data set. There are no mirror images, turns and changes of scale: those
/// would need other labels.
///
/// All of it is differentiable twice, so that the gradient penalty can be taken behind it.
/// - Source: Zhao et al. 2020 (DiffAugment), section 3; Karras et al. 2020 (ADA), section 2.2
public struct Augmentation: Sendable, Codable, Equatable {
  /// The probability of each change of a pair, 0...1.
  public var strength = 1.0
  /// The largest number added to all colors, which are in -1...1.
  public var brightness: Float = 0.5
  /// How far the factor on the distance from gray may be from 1.
  public var saturation: Float = 1
  /// How far the factor on the distance from the picture's mean may be from 1.
  public var contrast: Float = 0.5
  /// The longest move along an axis, in parts of the side.
  public var translation: Float = 0.125
  /// Side of the emptied square in parts of the picture's; 0 for none.
  public var cutout: Float = 0.5

  public init(strength: Double = 1) { self.strength = strength }

  /// Changes the pairs of a batch.
  /// - Parameters:
  ///   - random: what the changes follow from
  ///   - part: the part of the batch that `shown` is, where several processes share one
  public func callAsFunction(
    _ shown: AdversarialPhases.Shown, random: RandomSource, part: BatchPart? = nil
  ) throws -> AdversarialPhases.Shown {
    guard strength > 0 else { return shown }
    let pairs = shown.time.shape[0] * (part?.count ?? 1)
    let whole = AugmentationDraw(self, pairs: pairs, random: random)
    return try applied(part.map(whole.part) ?? whole, to: shown)
  }

  /// Changes pairs by given numbers.
  public func applied(
    _ draw: AugmentationDraw, to shown: AdversarialPhases.Shown
  ) throws -> AdversarialPhases.Shown {
    guard draw.count == shown.time.shape[0] else {
      throw TensorError(
        operation: "augmentation",
        reason: "there are numbers for \(draw.count) pairs, but \(shown.time.shape[0]) pairs")
    }
    let grid = shown.raw.shape[3]
    return AdversarialPhases.Shown(
      image: try changed(shown.image, draw, grid: grid),
      raw: try changed(shown.raw, draw, grid: grid), label: shown.label, time: shown.time)
  }

  /// - Parameters:
  ///   - image: `[pairs · 2, 3, side, side]`
  ///   - grid: side of the raw image, by whose pixels pictures are moved
  private func changed(_ image: Tensor, _ draw: AugmentationDraw, grid: Int) throws -> Tensor {
    var image = image
    if draw.brightness.contains(where: { $0 != 0 }) {
      image = try image + column(draw.brightness, image)
    }
    if draw.saturation.contains(where: { $0 != 1 }) {
      image = try scaled(image, draw.saturation, around: image.mean(1, keeping: true))
    }
    if draw.contrast.contains(where: { $0 != 1 }) {
      image = try scaled(image, draw.contrast, around: image.mean(1, 2, 3, keeping: true))
    }
    if draw.shift.contains(where: { $0 != .init(0, 0) }) {
      image = try moved(image, draw.shift, grid: grid)
    }
    guard draw.hole.contains(where: { $0 != nil }) else { return image }
    return try image * mask(draw.hole, side: image.shape[3]).to(image.device)
  }

  /// One number of each pair beside its two frames, `[pairs · 2, 1, 1, 1]`.
  private func column(_ numbers: [Float], _ image: Tensor) throws -> Tensor {
    try Tensor(numbers.flatMap { [$0, $0] }, [image.shape[0], 1, 1, 1]).to(image.device)
  }

  /// `image · factor + center · (1 - factor)`, which is the image itself at a factor of 1.
  private func scaled(
    _ image: Tensor, _ factors: [Float], around center: Tensor
  ) throws -> Tensor {
    try image * column(factors, image) + center * column(factors.map { 1 - $0 }, image)
  }

  /// Moves pictures by whole pixels, with zeros where nothing comes from.
  private func moved(
    _ image: Tensor, _ shift: [AugmentationDraw.Place], grid: Int
  ) throws -> Tensor {
    let scale = Float(image.shape[3]) / Float(grid)
    func pixels(_ part: Float) -> Int {
      Int(((part * Float(grid)).rounded() * scale).rounded())
    }
    var pairs: [Tensor] = []
    for (pair, way) in shift.enumerated() {
      let frames = try image.sliced(0, 2 * pair..<2 * pair + 2)
      let (x, y) = (pixels(way.x), pixels(way.y))
      pairs.append(
        x == 0 && y == 0 ? frames : try frames.padded(left: x, right: -x, top: y, bottom: -y))
    }
    return try .concatenated(pairs, 0)
  }

  /// 0 where a pixel's center is in its pair's hole, else 1; `[pairs · 2, 1, side, side]`.
  private func mask(_ holes: [AugmentationDraw.Place?], side: Int) throws -> Tensor {
    func inside(_ center: Float?) -> [Float] {
      (0..<side).map { pixel in
        guard let center else { return 0 }
        return abs((Float(pixel) + 0.5) / Float(side) - center) < cutout / 2 ? 1 : 0
      }
    }
    let both = holes.flatMap { [$0, $0] }
    let columns = try Tensor(both.flatMap { inside($0?.x) }, [both.count, 1, 1, side])
    let rows = try Tensor(both.flatMap { inside($0?.y) }, [both.count, 1, side, 1])
    return try 1 + -(rows * columns)
  }
}
