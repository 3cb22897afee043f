import Faces
import Foundation
import Media
import TestSupport
import Tensors
import Testing

/// The two distances that inversion and evaluation use.
@Suite struct DistanceTests {
  /// A smooth random picture, `[1, 3, size, size]` in -1...1.
  private func picture(_ seed: UInt64, size: Int) throws -> Tensor {
    var random = RandomSource(seed: seed)
    return try random.uniform([1, 3, 12, 12]).resized(
      height: size, width: size, antialiased: false) * 2 - 1
  }

  @Test func aPictureHasNoPerceptualDistanceFromItself() throws {
    let image = try picture(1, size: 64)
    #expect(try PerceptualDistance()(image, image).floats() == [0])
  }

  @Test func blurAddsPerceptualDistanceLittleByLittle() throws {
    let image = try picture(1, size: 96)
    let distance = try PerceptualDistance()
    var last: Float = 0
    for size in [64, 32, 16, 8] {
      let small = try image.resized(height: size, width: size, antialiased: true)
      let blurred = try small.resized(height: 96, width: 96, antialiased: false)
      let value = try distance(image, blurred).item()
      #expect(value > last)
      last = value
    }
  }

  /// Tiny models draw pictures of which the network's layers would leave nothing.
  @Test(arguments: [1, 8, 31]) func picturesBelowThirtyTwoPixelsAreEnlarged(side: Int) throws {
    let distance = try PerceptualDistance()
    let small = try [3, 4].map {
      try picture($0, size: 32).resized(height: side, width: side, antialiased: true)
    }
    let large = try small.map { try $0.resized(height: 32, width: 32, antialiased: false) }
    let value = try distance(small[0], small[1]).item()
    #expect(value > 0)
    #expect(try value == distance(large[0], large[1]).item())
  }

  /// Compares the derivative along the gradient with a difference quotient.
  private func expectDerivative(
    at x: Tensor, step: Float, _ function: (Tensor) throws -> Tensor
  ) throws {
    let leaf = try x.leaf()
    let gradient = try #require(try withGradients { try function(leaf).gradients([leaf])[0] })
    let length = try (gradient * gradient).sum().squareRoot().item()
    try #require(length > 0)
    let move = try gradient * (step / length)
    let quotient = try (function(x + move).item() - function(x - move).item()) / (2 * step)
    #expect(abs(quotient - length) < 0.05 * length)
  }

  @Test func thePerceptualDistanceHasItsGradient() throws {
    let distance = try PerceptualDistance()
    let target = try distance.features(picture(2, size: 64))
    try expectDerivative(at: picture(1, size: 64), step: 0.1) { image in
      try distance.distance(distance.features(image), target).sum()
    }
  }

  @Test func theIdentityEmbeddingHasItsGradientThroughTheCrop() throws {
    let embedding = try IdentityEmbedding()
    let chip = FaceChip(points: [
      SIMD2(170, 90), SIMD2(140, 92), SIMD2(60, 90), SIMD2(95, 92), SIMD2(118, 160),
    ])
    let target = try withoutGradients { try embedding(picture(2, size: 150)) }
    try expectDerivative(at: picture(1, size: 256), step: 0.03) { image in
      let difference = try embedding(chip.cropped(image)) - target
      return try (difference * difference).sum()
    }
  }

  @Test func theChipPutsItsPointsAtTheirMeanPlaces() {
    let points = [
      SIMD2(0.8595674595992, 0.2134981538014), SIMD2(0.6460604764104, 0.2289674387677),
      SIMD2(0.1205750620789, 0.2137274526848), SIMD2(0.3340850613712, 0.2290642403242),
      SIMD2(0.4901123135679, 0.6277975316475),
    ]
    let placed = CropFrame(center: SIMD2(210, 90), side: 77, roll: 0.3)
    let chip = FaceChip(points: points.map { placed.pixel($0) })
    for point in points {
      #expect(gap(chip.frame.place(placed.pixel(point)), (point + 0.25) / 1.5) < 1e-9)
    }
  }

  @Test(.enabled(if: Shared.has("clips")))
  func onePersonsEmbeddingsAreNearAndAnothersFar() throws {
    Torch.threads = 1
    let finder = try FaceFinder()
    let embedding = try IdentityEmbedding()
    func embeddings(_ name: String, frames: [Int]) throws -> [[Float]] {
      let path = Shared.folder.appendingPathComponent("clips/video/\(name)").path
      let reader = try VideoReader(path: path)
      var results: [[Float]] = []
      for index in 0...(frames.max() ?? 0) {
        guard let frame = try reader.next() else { break }
        guard frames.contains(index) else { continue }
        let image = RGBView(frame)
        let face = try #require(finder.faces(in: image).first)
        let chip = try withoutGradients {
          try image.cropped(FaceChip(face).frame, size: FaceChip.size) * 2 - 1
        }
        results.append(try withoutGradients { try embedding(chip).floats() })
      }
      return results
    }
    func distance(_ a: [Float], _ b: [Float]) -> Float {
      zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
    }
    let one = try embeddings("d0.mp4", frames: [0, 60])
    let other = try embeddings("s20.mp4", frames: [0, 60])
    #expect(distance(one[0], one[1]) < 0.45)
    #expect(distance(other[0], other[1]) < 0.45)
    #expect(distance(one[0], other[0]) > 0.65)
  }
}
