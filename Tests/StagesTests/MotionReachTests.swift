import Foundation
import Heads
import PV3D
import Stages
import Tensors
import TestSupport
import Testing

/// Which cells of the planes a motion unit moves on synthetic heads.
@Suite(.enabled(if: Shared.has("data/heads"))) struct MotionReachTests {
  @Test func lidsReachTheEyeAndTheJawTheChin() throws {
    let views = try HeadViews(
      folder: Shared.folder.appendingPathComponent("data/heads").path, textureSize: 64, seed: 1)
    var config = GeneratorConfig()
    config.planeFeatures = 4
    config.motionOffsets = MotionUnit.allCases.count
    config.motionFlowResolution = 128
    config.planeResolution = 128
    var orthogonal = config
    orthogonal.orthogonalPlanes = true
    var measure = MotionReach(views, config)
    measure.people = 2
    let reach = try measure.measured()
    let side = config.motionOffsetResolution
    let offsets = try #require(reach[MotionFlowFit.offsets])
    #expect(offsets.shape == [24, 12, side, side])
    let values = try offsets.floats()
    #expect(Set(values) == [0, 1])

    /// Where the cells of the frontal plane lie, in world units.
    func places(_ unit: MotionUnit) -> [SIMD2<Float>] {
      let start = unit.rawValue * 12 * side * side
      return (0..<side * side).filter { values[start + $0] == 1 }.map { cell in
        let middle = SIMD2(Float(cell % side), Float(cell / side)) + 0.5
        return (middle * (2 / Float(side)) - 1) * (config.boxWarp / 2)
      }
    }
    // The head's left eye is at x = 0.08, y = 0.086, and lids end 3 cm before the ear and above the nose's tip.
    let lid = places(.blinkLeft)
    #expect(lid.count > 10)
    #expect(lid.allSatisfy { $0.x > 0 && $0.x < 0.2 && $0.y > 0 && $0.y < 0.2 }, "\(lid)")
    let right = places(.blinkRight)
    #expect(right.allSatisfy { $0.x < 0 && $0.x > -0.2 })
    let jaw = places(.jawOpen)
    #expect(jaw.contains { $0.y < -0.2 } && jaw.allSatisfy { $0.y < 0.2 })
    // All four features of a cell alike, and nothing on the planes that belong to all heights.
    #expect(try offsets.sliced(1, 1..<2).floats() == offsets.sliced(1, 3..<4).floats())
    #expect(try offsets.sliced(1, 4..<12).magnitude().sum().item() == 0)

    // Nor on those of z and y of what one side does alone; a jaw moves both sides below the eyes, in front of the neck.
    var separate = MotionReach(views, orthogonal)
    separate.people = 2
    let both = try separate.measured()
    let lateral = try #require(both[MotionFlowFit.offsets])
    #expect(try lateral.sliced(1, 0..<8).floats() == offsets.sliced(1, 0..<8).floats())
    func squares(_ unit: MotionUnit) throws -> [SIMD2<Float>] {
      let plane = try lateral.selected(0, unit.rawValue).selected(0, 8).floats()
      return plane.indices.filter { plane[$0] == 1 }.map { cell in
        let middle = SIMD2(Float(cell % side), Float(cell / side)) + 0.5
        return (middle * (2 / Float(side)) - 1) * (config.boxWarp / 2)
      }
    }
    #expect(try squares(.blinkLeft).isEmpty && squares(.blinkRight).isEmpty)
    let chin = try squares(.jawOpen)
    #expect(chin.count > 50 && chin.allSatisfy { $0.y < 0.2 }, "\(chin)")
    let ways = try #require(both[MotionFlowFit.lateral])
    #expect(ways.shape == [24, 2, 128, 128])
    #expect(try ways.selected(0, MotionUnit.blinkLeft.rawValue).sum().item() == 0)
    #expect(
      try ways.selected(0, MotionUnit.jawOpen.rawValue).sum().item() >= Float(8 * chin.count))

    // The flow reaches as far, in finer cells.
    let flow = try #require(reach[MotionFlowFit.frontal])
    #expect(flow.shape == [24, 2, 128, 128])
    let fine = try flow.selected(0, MotionUnit.blinkLeft.rawValue).selected(0, 0).floats()
    let marked = Float(fine.reduce(0, +)) / 4
    #expect(marked >= Float(lid.count) && marked < Float(lid.count) * 2)
  }
}
