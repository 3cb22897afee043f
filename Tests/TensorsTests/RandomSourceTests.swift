import Foundation
import Tensors
import TestSupport
import Testing

@Suite struct RandomSourceTests {
  @Test func bitsAreThoseOfSplitMix64() {
    var zero = RandomSource(seed: 0)
    #expect(zero.next() == 0xE220_A839_7B1D_CDAF)
    #expect(zero.next() == 0x6E78_9E6A_A1B9_65F4)
    #expect(zero.next() == 0x06C4_5D18_8009_454F)
    // The published check values of the full-size fixture's formula.
    var named = RandomSource(seed: 0x8696_2E75_18C9_2A07)
    #expect((0..<4).map { _ in named.next() >> 40 } == [9_802_271, 864_703, 4_499_337, 16_523_000])
  }

  @Test func sameSeedGivesTheSameTensors() throws {
    var (a, b, c) = (RandomSource(seed: 7), RandomSource(seed: 7), RandomSource(seed: 8))
    let first = try a.normal([3, 4])
    #expect(try first.floats() == b.normal([3, 4]).floats())
    #expect(try first.floats() != c.normal([3, 4]).floats())
    #expect(try first.floats() != a.normal([3, 4]).floats())
    #expect(try b.uniform([5]).floats() != a.uniform([5]).floats())
  }

  @Test func storedSourceContinuesWhereItWas() throws {
    var source = RandomSource(seed: 11)
    _ = try source.normal([2])
    _ = source.next()
    var resumed = try JSONDecoder().decode(
      RandomSource.self, from: JSONEncoder().encode(source))
    #expect(try source.uniform([6]).floats() == resumed.uniform([6]).floats())
  }

  @Test func derivedSourcesDependOnTheirNameNotOnTheDraws() throws {
    var source = RandomSource(seed: 3)
    var before = source.derived("a")
    _ = source.next()
    var after = source.derived("a")
    var other = source.derived("b")
    let bits = before.next()
    #expect(bits == after.next())
    #expect(bits != other.next())
    var fresh = RandomSource(seed: 3)
    #expect(bits != fresh.next())
  }

  @Test func normalValuesHaveUnitVariance() throws {
    var source = RandomSource(seed: 1)
    let values = try source.normal([100_000])
    #expect(abs(try values.mean().item()) < 0.015)
    #expect(abs(try values.squared().mean().item() - 1) < 0.02)
    #expect(abs(try values.squared().squared().mean().item() - 3) < 0.15)
  }

  @Test func uniformValuesFillTheUnitInterval() throws {
    var source = RandomSource(seed: 1)
    let values = try source.uniform([100_000])
    let (low, high) = (try values.minimum().item(), try values.maximum().item())
    #expect(low >= 0 && low < 1e-3)
    #expect(high < 1 && high > 0.999)
    #expect(abs(try values.mean().item() - 0.5) < 0.005)
    #expect(abs(try (values - 0.5).squared().mean().item() - 1.0 / 12) < 0.001)
  }
}
