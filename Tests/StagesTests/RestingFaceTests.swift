import Heads
import PV3D
import Stages
import TestSupport
import Testing

@Suite struct RestingFaceTests {
  /// Who looks aside with closed lips in a fifth of all frames, and ahead with parted ones in the others.
  private func motion(_ count: Int) -> [[Float]] {
    (0..<count).map { frame in
      var code = [Float](repeating: 0, count: 32)
      let closed = frame % 5 == 0
      code[MotionUnit.jawOpen.rawValue] = closed ? 0 : 0.4 + Float(frame) * 0.01
      code[MotionUnit.gazeSide.rawValue] = closed ? 1.5 : 0.1
      return code
    }
  }

  @Test func lipsAreClosedAtRestAlsoWhereCalmFramesPartThem() throws {
    let rest = try MotionEditTests.latents(motion(20)).rest
    #expect(rest.count == 32)
    #expect(rest[MotionUnit.jawOpen.rawValue] == 0)
    #expect(abs(rest[MotionUnit.gazeSide.rawValue] - 0.1) < 1e-6)
  }

  @Test func aShortTrackRestsWhereItIsCalmest() throws {
    let rest = try MotionEditTests.latents(motion(7)).rest
    #expect(abs(rest[MotionUnit.jawOpen.rawValue] - 0.41) < 1e-6)
    #expect(try MotionEditTests.latents(motion(1)).rest == motion(1)[0])
  }

  @Test func codesWithoutUnitsRestWhereTheyAreCalmest() throws {
    let codes = (0..<20).map { [Float($0), 1] }
    #expect(try MotionEditTests.latents(codes).rest == [0.5, 1])
  }
}
