import Tensors

/// By how much each pair of a batch is changed, one entry a pair.
///
/// What is not drawn to be changed has the numbers that change nothing: 0, 1, 1, (0, 0) and nil.
public struct AugmentationDraw: Sendable, Equatable {
  /// A place in the picture or a way across it, in parts of its side; x right, y down.
  public struct Place: Sendable, Equatable {
    public var x, y: Float

    public init(_ x: Float, _ y: Float) { (self.x, self.y) = (x, y) }
  }

  /// Added to all colors.
  public var brightness: [Float]
  /// Factors on the distance from gray.
  public var saturation: [Float]
  /// Factors on the distance from the picture's mean.
  public var contrast: [Float]
  /// By how much the picture is moved.
  public var shift: [Place]
  /// Centers of the squares that are emptied.
  public var hole: [Place?]

  public init(
    brightness: [Float], saturation: [Float], contrast: [Float], shift: [Place], hole: [Place?]
  ) {
    (self.brightness, self.saturation, self.contrast) = (brightness, saturation, contrast)
    (self.shift, self.hole) = (shift, hole)
  }

  /// Draws for `pairs` pairs; each change is made with the probability `augmentation.strength`.
  public init(_ augmentation: Augmentation, pairs: Int, random: RandomSource) {
    self.init(brightness: [], saturation: [], contrast: [], shift: [], hole: [])
    let strength = augmentation.strength
    for pair in 0..<pairs {
      // As many draws for every pair, so that one more strength does not change the others' numbers.
      var source = random.derived("\(pair)")
      func unit() -> Float { .random(in: 0..<1, using: &source) }
      func happens() -> Bool { Double(unit()) < strength }
      func number(_ reach: Float, around center: Float) -> Float {
        let (made, value) = (happens(), center + reach * (2 * unit() - 1))
        return made ? value : center
      }
      brightness.append(number(augmentation.brightness, around: 0))
      saturation.append(number(augmentation.saturation, around: 1))
      contrast.append(number(augmentation.contrast, around: 1))
      let moved = happens()
      let way = Place(
        augmentation.translation * (2 * unit() - 1), augmentation.translation * (2 * unit() - 1))
      shift.append(moved ? way : Place(0, 0))
      let (emptied, center) = (happens(), Place(unit(), unit()))
      hole.append(emptied && augmentation.cutout > 0 ? center : nil)
    }
  }

  public var count: Int { brightness.count }

  /// The entries of one part of the batch.
  public func part(_ part: BatchPart) throws -> AugmentationDraw {
    let range = try part.range(in: count)
    return AugmentationDraw(
      brightness: Array(brightness[range]), saturation: Array(saturation[range]),
      contrast: Array(contrast[range]), shift: Array(shift[range]), hole: Array(hole[range]))
  }
}
