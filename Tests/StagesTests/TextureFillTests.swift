import Foundation
import Heads
import Stages
import Tensors
import Testing

@Suite struct TextureFillTests {
  private static let side = 96

  private static func plane(_ value: (Int, Int) -> Float) throws -> Tensor {
    try Tensor(
      (0..<side * side).map { value($0 % side, $0 / side) }, [1, 1, side, side])
  }

  /// 0 in a hole in the middle, of a third of each side.
  private static func known() throws -> Tensor {
    let hole = side / 3..<2 * side / 3
    return try plane { x, y in hole.contains(x) && hole.contains(y) ? 0 : 1 }
  }

  private static func colors(_ one: Tensor) throws -> Tensor {
    try Tensor.concatenated([one, one * -0.5, one * 0.25], 1)
  }

  /// The mean of products of values that lie `lag` pixels apart in a row, where both are 1 in `part`.
  private static func likeness(_ picture: Tensor, _ lag: Int, in part: Tensor) throws -> Float {
    let side = picture.shape[3]
    func shifted(_ tensor: Tensor) throws -> (Tensor, Tensor) {
      (try tensor.sliced(3, 0..<side - lag), try tensor.sliced(3, lag..<side))
    }
    let (one, other) = try shifted(picture * part)
    let (first, second) = try shifted(part)
    return try (one * other).mean().item() / (first * second).mean().item()
  }

  @Test func stripesAreStripesInTheHoleToo() throws {
    // Aslant, with a period of 8 pixels in a row.
    let truth = try Self.colors(
      Self.plane { x, y in Float(sin(2 * .pi * (Double(x) / 8 + Double(y) / 6))) })
    let known = try Self.known()
    let filled = try TextureFill.filled(truth, known: known)
    func ratio(_ lag: Int) throws -> Float {
      try Self.likeness(filled, lag, in: 1 - known) / Self.likeness(truth, 0, in: known)
    }
    #expect(try 0.6 < ratio(0) && ratio(0) < 1.1)
    // Half a period is the contrary, a whole one is like.
    #expect(try ratio(4) < -0.4)
    let whole = try ratio(8)
    #expect(whole > 0.15)
  }

  @Test func noiseIsAsStrongInTheHoleAsAround() throws {
    var random = SplitMix64(seed: 5)
    let noise = try Self.colors(Self.plane { _, _ in Float.random(in: -0.2...0.2, using: &random) })
    let known = try Self.known()
    let filled = try TextureFill.filled(noise, known: known)
    let share = try (1 - known).mean().item()
    let inside = try (filled * (1 - known)).squared().mean().item() / share
    let around = try (noise * known).squared().mean().item() / (1 - share)
    #expect(0.5 < inside / around && inside / around < 1.2)
    // What is known is what it was, and the same comes out again.
    #expect(try ((filled - noise) * known).magnitude().floats().max() ?? 1 < 1e-6)
    #expect(try TextureFill.filled(noise, known: known).floats() == filled.floats())
  }

  @Test func whereTooLittleIsKnownNothingIsAdded() throws {
    let texture = try Self.colors(Self.plane { x, _ in x % 2 == 0 ? 1 : -1 })
    // No patch of seven pixels is known.
    let known = try Self.plane { x, _ in x < 4 ? 1 : 0 }
    let filled = try TextureFill.filled(texture, known: known)
    #expect(try ((filled - texture * known).magnitude()).floats().max() ?? 1 == 0)
  }

  /// Sides that do not halve evenly, and holes at the picture's edge.
  @Test func anySideIsFilled() throws {
    let side = 149
    let values = (0..<side * side).map { Float(($0 % side) % 5) / 5 - 0.4 }
    let one = try Tensor(values, [1, 1, side, side])
    let texture = try Tensor.concatenated([one, one, one], 1)
    let known = try Tensor(
      (0..<side * side).map { $0 % side > 100 && $0 / side > 70 ? 0 : 1 }, [1, 1, side, side])
    let filled = try TextureFill.filled(texture, known: known)
    let energy = try Self.likeness(filled, 0, in: 1 - known)
    #expect(try 0.6 < energy / Self.likeness(texture, 0, in: known))
    #expect(try filled.magnitude().floats().max() ?? 1 < 0.4001)
  }
}
