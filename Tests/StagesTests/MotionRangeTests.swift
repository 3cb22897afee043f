import Foundation
import Heads
import Stages
import Tensors
import Testing

@Suite struct MotionRangeTests {
  private func kept(_ changes: [MotionUnit: Float], rest: [MotionUnit: Float] = [:]) -> [Float] {
    func code(_ values: [MotionUnit: Float]) -> [Float] {
      var code = [Float](repeating: 0, count: 32)
      for (unit, value) in values { code[unit.rawValue] = value }
      return code
    }
    return MotionRange.kept([code(changes)], rest: code(rest))[0]
  }

  @Test func whatModelsWereTrainedOnIsLeftAlone() {
    let code = kept([.jawOpen: 2, .gazeSide: -2, .smile: 0, .browDown: 1.3])
    #expect(code[MotionUnit.jawOpen.rawValue] == 2 && code[MotionUnit.gazeSide.rawValue] == -2)
    #expect(code[MotionUnit.smile.rawValue] == 0 && code[MotionUnit.browDown.rawValue] == 1.3)
  }

  @Test func whatLiesBeyondComesLessAndLessFarAndKeepsItsOrder() {
    let beyond = stride(from: Float(2), through: 8, by: 0.5).map {
      kept([.jawOpen: $0])[MotionUnit.jawOpen.rawValue]
    }
    for (one, next) in zip(beyond, beyond.dropFirst()) { #expect(next >= one && next - one < 0.33) }
    #expect(beyond[0] == 2 && abs(beyond[2] - (2.5 - 0.5 * exp(-2))) < 1e-5)
    #expect(beyond.allSatisfy { $0 <= 2.5 })
    // Below 0 there is nothing but for units that have two sides.
    #expect(abs(kept([.smile: -1])[MotionUnit.smile.rawValue] + 0.5 - 0.5 * exp(-2)) < 1e-5)
    #expect(abs(kept([.gazeUp: -3])[MotionUnit.gazeUp.rawValue] + 2.5 - 0.5 * exp(-2)) < 1e-5)
  }

  @Test func theFaceAtRestIsWithin() {
    let rest: [MotionUnit: Float] = [.jawOpen: 2.75, .smile: -0.25]
    let code = kept(rest, rest: rest)
    #expect(code[MotionUnit.jawOpen.rawValue] == 2.75 && code[MotionUnit.smile.rawValue] == -0.25)
  }

  @Test func whatIsNoUnitIsLeftAlone() {
    let code = MotionRange.kept(
      [[Float](repeating: 9, count: 32)], rest: [Float](repeating: 0, count: 32))
    #expect(code[0][24...].allSatisfy { $0 == 9 } && code[0][..<24].allSatisfy { $0 < 2.6 })
  }

  /// What tuning is held in: mouths that open wide, of a face that is never beyond what models know.
  @Test func otherMotionsOpenTheMouthAndStayWithin() {
    var own = [Float](repeating: 0, count: 32)
    own[MotionUnit.jawOpen.rawValue] = 0.5
    own[MotionUnit.smile.rawValue] = 1.5
    var random = RandomSource(seed: 4)
    let others = (0..<400).map { _ in Inversion.otherMotion(own, &random) }
    for other in others {
      for unit in MotionUnit.allCases {
        let (value, range) = (other[unit.rawValue] / 2, unit.range)
        #expect((range.lowerBound - 0.25...range.upperBound + 0.25).contains(value), "\(unit)")
      }
      #expect(other[24...] == own[24...])
    }
    let wide = others.filter { $0[MotionUnit.jawOpen.rawValue] > 1.5 }.count
    #expect((50...150).contains(wide), "\(wide)")
  }
}
