import PV3D
import Tensors
import TestSupport
import Testing

@Suite struct PlaneOffsetTests {
  private static let names = (
    basis: "backbone.synthesis.appearance_offsets",
    amounts: "backbone.synthesis.appearance_amounts"
  )

  /// Planes of a small generator whose tensors are changed first, `[1, 3, 8, 16, 16]`.
  private func planes(
    _ ws: Tensor, motion: [Float], changed: (inout [String: Tensor]) throws -> Void = { _ in }
  ) throws -> [Float] {
    var config = SmallGenerator.config
    config.appearanceOffsets = 2
    config.appearanceOffsetResolution = 8
    let fresh = Weights(random: RandomSource(seed: 3))
    _ = try Generator(fresh, config)
    var tensors = fresh.tensors
    try changed(&tensors)
    let generator = try Generator(Weights(checkpoint: tensors), config)
    return try generator.synthesis(ws, motion: Tensor(motion, [1, 6])).contiguous().floats()
  }

  private func difference(_ a: [Float], _ b: [Float]) -> [Float] { zip(a, b).map { $0 - $1 } }

  @Test func appearanceOffsetsAddTheMixOfTheirBasis() throws {
    let ws = try Tensor(full: 0.5, [1, SmallGenerator.config.styleCount, 16])
    let rest = [Float](repeating: 0, count: 6)
    let without = try planes(ws, motion: rest)
    let with = try planes(ws, motion: rest) { tensors in
      // Sixteen weights of 0.5 and 1 over √16, times styles of 0.5, and biases 0 and 3: amounts 1 and 5.
      tensors["\(Self.names.amounts).weight"] = try .concatenated(
        [Tensor(full: 0.5, [1, 16]), Tensor(full: 1, [1, 16])], 0)
      tensors["\(Self.names.amounts).bias"] = try Tensor([0, 3], [2])
      tensors[Self.names.basis] = try .concatenated(
        [Tensor(full: 2, [1, 24, 8, 8]), Tensor(full: -1, [1, 24, 8, 8])], 0)
    }
    // (1 · 2 + 5 · -1) / √2.
    let wanted = Float(-3) / Float(2).squareRoot()
    for value in difference(with, without) { #expect(abs(value - wanted) < 1e-4) }
  }

  @Test func freshAppearanceOffsetsChangeNothing() throws {
    var random = RandomSource(seed: 8)
    let ws = try random.normal([1, SmallGenerator.config.styleCount, 16])
    let rest = [Float](repeating: 0, count: 6)
    let plain = try planes(ws, motion: rest)
    let other = try planes(ws, motion: rest) { tensors in
      tensors["\(Self.names.amounts).weight"] = try Tensor(full: 7, [2, 16])
    }
    #expect(plain == other)
  }

  @Test func preparedClipsAddTheSameOffsets() throws {
    var config = SmallGenerator.config
    config.appearanceOffsets = 2
    config.appearanceOffsetResolution = 8
    let fresh = Weights(random: RandomSource(seed: 3))
    _ = try Generator(fresh, config)
    var random = RandomSource(seed: 9)
    var tensors = fresh.tensors
    tensors[Self.names.basis] = try random.normal([2, 24, 8, 8])
    tensors["backbone.synthesis.motion_offsets"] = try random.normal([4, 24, 8, 8])
    let generator = try Generator(Weights(checkpoint: tensors), config)
    let ws = try random.normal([1, config.styleCount, 16])
    let motion = try random.normal([1, 6])
    let plain = try generator.synthesis(ws, motion: motion).contiguous().floats()
    let prepared = try PreparedGenerator(generator).clip(ws).planes(motion: motion)
    for value in difference(try prepared.contiguous().floats(), plain) {
      #expect(abs(value) < 1e-4)
    }
  }

  @Test func motionOffsetsActInTheirDirections() throws {
    let ws = try Tensor(full: 0.5, [1, SmallGenerator.config.styleCount, 16])
    func change(_ entry: Int, _ value: Float) throws -> Float {
      var motion = [Float](repeating: 0, count: 6)
      motion[entry] = value
      let without = try planes(ws, motion: motion)
      let with = try planes(ws, motion: motion) { tensors in
        tensors["backbone.synthesis.motion_offsets"] = try Tensor(full: 1, [4, 24, 8, 8])
      }
      return difference(with, without)[0]
    }
    #expect(abs(try change(0, 0.25) - 0.25) < 1e-5)
    #expect(abs(try change(0, -0.25)) < 1e-5)
    // Entry 3 is bipolar.
    #expect(abs(try change(3, -0.25) + 0.25) < 1e-5)
  }
}
