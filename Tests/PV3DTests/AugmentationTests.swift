import Foundation
import PV3D
import TestSupport
import Tensors
import Testing

@Suite struct AugmentationTests {
  typealias Place = AugmentationDraw.Place

  /// Numbers that change nothing, for `pairs` pairs.
  private func nothing(_ pairs: Int) -> AugmentationDraw {
    AugmentationDraw(
      brightness: Array(repeating: 0, count: pairs), saturation: Array(repeating: 1, count: pairs),
      contrast: Array(repeating: 1, count: pairs),
      shift: Array(repeating: Place(0, 0), count: pairs), hole: Array(repeating: nil, count: pairs))
  }

  private func shown(
    _ image: Tensor, raw: Tensor? = nil
  ) throws -> AdversarialPhases.Shown {
    let frames = image.shape[0]
    return AdversarialPhases.Shown(
      image: image, raw: raw ?? image, label: try .zeros([frames, 25]),
      time: try .zeros([frames / 2, 2]))
  }

  private func normal(_ shape: [Int], seed: UInt64 = 1) throws -> Tensor {
    var random = RandomSource(seed: seed)
    return try random.normal(shape)
  }

  @Test func strengthZeroIsTheIdentity() throws {
    let shown = try shown(normal([4, 3, 8, 8]), raw: normal([4, 3, 4, 4]))
    let same = try Augmentation(strength: 0)(shown, random: RandomSource(seed: 3))
    #expect(try same.image.floats() == shown.image.floats())
    #expect(try same.raw.floats() == shown.raw.floats())
    let draw = AugmentationDraw(Augmentation(strength: 0), pairs: 2, random: .init(seed: 3))
    #expect(draw == nothing(2))
    let given = try Augmentation().applied(nothing(2), to: shown)
    #expect(try given.image.floats() == shown.image.floats())
  }

  @Test func pairsThatAreNotDrawnStayAsTheyAre() throws {
    let image = try normal([4, 3, 8, 8])
    var draw = nothing(2)
    (draw.brightness[1], draw.saturation[1], draw.contrast[1]) = (0.3, 1.5, 0.7)
    (draw.shift[1], draw.hole[1]) = (Place(0.1, 0), Place(0.5, 0.5))
    let changed = try Augmentation().applied(draw, to: shown(image)).image
    #expect(try changed.sliced(0, 0..<2).floats() == image.sliced(0, 0..<2).floats())
    #expect(try changed.sliced(0, 2..<4).floats() != image.sliced(0, 2..<4).floats())
  }

  @Test func brightnessIsAdded() throws {
    var draw = nothing(1)
    draw.brightness = [0.25]
    let gray = try Tensor(full: 0.5, [2, 3, 2, 2])
    let changed = try Augmentation().applied(draw, to: shown(gray))
    #expect(try changed.image.floats() == Array(repeating: 0.75, count: 24))
    #expect(try changed.raw.floats() == Array(repeating: 0.75, count: 24))
  }

  @Test func saturationScalesTheDistanceFromGray() throws {
    var draw = nothing(1)
    draw.saturation = [2]
    // One pixel a frame: red, green and blue with the means 2 and 0.
    let image = try Tensor([1, 2, 3, -4, 0, 4], [2, 3, 1, 1])
    let changed = try Augmentation().applied(draw, to: shown(image)).image
    #expect(try changed.floats() == [0, 2, 4, -8, 0, 8])
    draw.saturation = [0]
    #expect(
      try Augmentation().applied(draw, to: shown(image)).image.floats() == [2, 2, 2, 0, 0, 0])
  }

  @Test func contrastScalesTheDistanceFromTheMean() throws {
    var draw = nothing(1)
    draw.contrast = [0.5]
    let image = try Tensor([0, 2, 4, 6, 8, 10] + [1, 1, 1, 1, 1, 1], [2, 3, 1, 2])
    let changed = try Augmentation().applied(draw, to: shown(image)).image
    #expect(try changed.floats() == [2.5, 3.5, 4.5, 5.5, 6.5, 7.5, 1, 1, 1, 1, 1, 1])
  }

  @Test func translationMovesByPixelsOfTheRawImage() throws {
    var draw = nothing(1)
    // A quarter to the right and down by an eighth, which is half a raw pixel and rounds to one.
    draw.shift = [Place(0.25, 0.125)]
    let raw = try Tensor((0..<96).map { Float($0 % 16 + 1) }, [2, 3, 4, 4])
    let image = try raw.resized(height: 8, width: 8, antialiased: false)
    let changed = try Augmentation().applied(draw, to: shown(image, raw: raw))
    #expect(
      try changed.raw.sliced(1, 0..<1).sliced(0, 0..<1).floats()
        == [0, 0, 0, 0, 0, 1, 2, 3, 0, 5, 6, 7, 0, 9, 10, 11])
    let wanted = try image.padded(left: 2, right: -2, top: 2, bottom: -2)
    #expect(try changed.image.floats() == wanted.floats())
  }

  @Test func cutoutEmptiesTheSamePartOfBothImages() throws {
    var draw = nothing(1)
    draw.hole = [Place(0.25, 0.5)]
    let changed = try Augmentation().applied(
      draw, to: shown(.ones([2, 3, 8, 8]), raw: .ones([2, 3, 4, 4])))
    // From 0 to ½ across and from ¼ to ¾ down.
    #expect(
      try changed.raw.sliced(1, 2..<3).sliced(0, 1..<2).floats()
        == [1, 1, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1, 1, 1, 1, 1])
    #expect(try changed.image.sum().item() == 6 * (64 - 16))
    let small = try changed.image.averagePooled(2, stride: 2)
    #expect(try small.floats() == changed.raw.floats())
  }

  @Test func bothFramesOfAPairAreChangedAlike() throws {
    let frame = try normal([3, 1, 3, 8, 8])
    let image = try frame.expanded([3, 2, 3, 8, 8]).reshaped(6, 3, 8, 8)
    let changed = try Augmentation()(
      shown(image, raw: image.averagePooled(2, stride: 2)), random: RandomSource(seed: 5))
    let pairs = try changed.image.reshaped(3, 2, -1)
    #expect(try pairs.selected(1, 0).floats() == pairs.selected(1, 1).floats())
    #expect(try changed.image.floats() != image.floats())
    let raw = try changed.raw.reshaped(3, 2, -1)
    #expect(try raw.selected(1, 0).floats() == raw.selected(1, 1).floats())
  }

  @Test func drawsFollowFromTheSeedAndAreOfTheirProbability() throws {
    let augmentation = Augmentation(strength: 0.3)
    let draw = AugmentationDraw(augmentation, pairs: 4_000, random: RandomSource(seed: 1))
    #expect(draw == AugmentationDraw(augmentation, pairs: 4_000, random: RandomSource(seed: 1)))
    #expect(draw != AugmentationDraw(augmentation, pairs: 4_000, random: RandomSource(seed: 2)))
    for made in [
      draw.brightness.map { $0 != 0 }, draw.saturation.map { $0 != 1 },
      draw.contrast.map { $0 != 1 }, draw.shift.map { $0 != Place(0, 0) },
      draw.hole.map { $0 != nil },
    ] {
      // Four standard deviations of a share of 4,000.
      #expect(abs(Double(made.count { $0 }) / 4_000 - 0.3) < 0.03)
    }
    #expect(draw.brightness.allSatisfy { abs($0) <= 0.5 })
    #expect(draw.saturation.allSatisfy { (0...2).contains($0) })
    #expect(draw.contrast.allSatisfy { (0.5...1.5).contains($0) })
    #expect(draw.shift.allSatisfy { abs($0.x) <= 0.125 && abs($0.y) <= 0.125 })
    let parts = try (0..<2).map { try draw.part(BatchPart($0, of: 2)) }
    #expect(parts[0].contrast + parts[1].contrast == draw.contrast)
  }

  @Test func partsOfABatchAreChangedAsInTheWhole() throws {
    let image = try normal([4, 3, 8, 8])
    let (random, augmentation) = (RandomSource(seed: 6), Augmentation())
    let whole = try augmentation(shown(image), random: random).image
    let parts = try (0..<2).map { index in
      try augmentation(
        shown(image.sliced(0, 2 * index..<2 * index + 2)), random: random,
        part: BatchPart(index, of: 2)
      ).image
    }
    #expect(try Tensor.concatenated(parts, 0).floats() == whole.floats())
  }

  /// `Σ weight · changed²` of an image and its gradient.
  private func energy(
    _ image: Tensor, _ weight: Tensor, _ draw: AugmentationDraw, again: Bool = false
  ) throws -> (value: Tensor, slope: Tensor) {
    let leaf = try image.leaf()
    let changed = try Augmentation().applied(draw, to: shown(leaf, raw: leaf))
    let value = try (changed.image.squared() * weight + changed.raw.squared() * weight).sum()
    return (value, try #require(value.gradients([leaf], differentiable: again)[0]))
  }

  @Test func gradientsAreFiniteDifferences() throws {
    let image = try normal([2, 3, 4, 4])
    let weight = try normal([2, 3, 4, 4], seed: 2)
    let draw = AugmentationDraw(
      brightness: [0.2], saturation: [1.4], contrast: [0.6], shift: [Place(0.25, 0)],
      hole: [Place(0.9, 0.9)])
    let slope = try energy(image, weight, draw).slope.floats()
    let values = try image.floats()
    let largest = slope.map(abs).max() ?? 0
    for index in stride(from: 0, to: values.count, by: 7) {
      let sides = try [Float(0.02), -0.02].map { change in
        var moved = values
        moved[index] += change
        return try energy(Tensor(moved, image.shape), weight, draw).value.item()
      }
      // A quadratic function: the difference is exact but for rounding.
      #expect(abs((sides[0] - sides[1]) / 0.04 - slope[index]) < 2e-3 * largest)
    }
  }

  @Test func gradientsOfGradientsPassThroughIt() throws {
    let (image, weight) = (try normal([2, 3, 4, 4]).leaf(), try normal([2, 3, 4, 4], seed: 2))
    let draw = AugmentationDraw(
      brightness: [0], saturation: [1.4], contrast: [0.6], shift: [Place(0.25, 0)],
      hole: [Place(0.9, 0.9)])
    let changed = try Augmentation().applied(draw, to: shown(image))
    let value = try (changed.image.squared() * weight).sum()
    let slope = try #require(value.gradients([image], differentiable: true)[0])
    let penalty = try slope.squared().sum()
    let second = try #require(penalty.gradients([image])[0])
    // The slope is linear in the image without brightness, so the penalty is of degree 2: x · ∂P = 2 P.
    let product = try (image * second).sum().item()
    #expect(try abs(product / (2 * penalty.item()) - 1) < 1e-4)
    #expect(try penalty.item() > 0)
  }

  @Test func numbersForAnotherBatchAreRefused() throws {
    let error = #expect(throws: TensorError.self) {
      try Augmentation().applied(nothing(2), to: shown(.ones([2, 3, 4, 4])))
    }
    #expect(error?.description == "augmentation: there are numbers for 2 pairs, but 1 pairs")
  }
}

@Suite struct AdaptiveStrengthTests {
  @Test func strengthGoesUpAboveTheTargetAndDownBelowIt() {
    var adaptive = AdaptiveStrength()
    #expect(adaptive.strength == 0)
    adaptive.adapt(sign: 0.2, images: 1_000)
    #expect(adaptive.strength == 0)
    for _ in 0..<4 { adaptive.adapt(sign: 0.9, images: 5_000) }
    #expect(abs(adaptive.strength - 0.04) < 1e-12)
    adaptive.adapt(sign: 0.6, images: 5_000)
    adaptive.adapt(sign: .nan, images: 5_000)
    #expect(abs(adaptive.strength - 0.04) < 1e-12)
    adaptive.adapt(sign: 0.59, images: 10_000)
    #expect(abs(adaptive.strength - 0.02) < 1e-12)
  }

  @Test func strengthStaysAProbability() {
    var adaptive = AdaptiveStrength(span: 1_000)
    for _ in 0..<3 { adaptive.adapt(sign: 1, images: 600) }
    #expect(adaptive.strength == 1)
    for _ in 0..<3 { adaptive.adapt(sign: -1, images: 600) }
    #expect(adaptive.strength == 0)
    #expect(AdaptiveStrength(strength: 3).strength == 1)
  }
}
