import Foundation
import Heads
import PV3D
import Stages
import Tensors
import TestSupport
import Testing

@Suite(.enabled(if: Shared.has("data/heads"))) struct MotionFlowFitTests {
  @Test func aModelThatIsGivenAFlowMovesItsMeanAsBefore() throws {
    let views = try HeadViews(
      folder: Shared.folder.appendingPathComponent("data/heads").path, textureSize: 64, seed: 1)
    var config = SmallGenerator.config
    config.zDimension = views.codeLength
    config.motionDimension = 32
    config.motionOffsets = MotionUnit.allCases.count
    config.motionOffsetResolution = config.planeResolution
    config.bipolarOffsets = MotionUnit.allCases.filter { $0.range.lowerBound < 0 }.map(\.rawValue)
    let fresh = Weights(random: RandomSource(seed: 3))
    _ = try Generator(fresh, config)
    var tensors = fresh.tensors
    var random = RandomSource(seed: 5)
    tensors[MotionFlowFit.offsets] = try random.normal([24, 24, 16, 16])
    config.motionFlowResolution = 16
    var fit = MotionFlowFit(views, config)
    (fit.people, fit.size, fit.looks) = (1, 96, 2)
    let added = try fit.added(to: tensors)

    let flow = try #require(added[MotionFlowFit.frontal]).floats()
    // The chin, half of 20 mm for an entry of 1 in halves of the plane, and less where cells are large.
    let jaw = flow[256..<512].max() ?? 0
    #expect((0.02...0.06).contains(jaw), "\(jaw)")

    var plain = config
    plain.motionFlowResolution = 0
    let before = try Generator(Weights(checkpoint: tensors), plain)
    let after = try Generator(Weights(checkpoint: added), config)
    func mean(_ generator: Generator, _ unit: MotionUnit) throws -> [Float] {
      var motion = [Float](repeating: 0, count: 32)
      motion[unit.rawValue] = 2
      let codes = try views.bank(2)
      let ws = try generator.mapping(
        codes, label: Camera.tensor([.canonical, .canonical]))
      return try generator.synthesis(
        ws, motion: Tensor(motion + motion, [2, 32])
      ).mean(0).floats()
    }
    for unit in [MotionUnit.jawOpen, .smile, .blinkLeft] {
      let pairs = zip(try mean(before, unit), try mean(after, unit))
      #expect(pairs.allSatisfy { abs($0 - $1) < 1e-3 }, "\(unit)")
    }
    // A model of heads alone has no styles of portraits yet, which a training with these stores.
    var met = config
    met.styleBank = 2
    var other = MotionFlowFit(views, met)
    (other.people, other.size, other.looks) = (1, 96, 1)
    #expect(try other.added(to: tensors)[MotionFlowFit.frontal]?.floats() == flow)
    // Orthogonal planes have a second one: the chin drops on the plane of z and y too, and the mean moves as before.
    config.orthogonalPlanes = true
    var separate = MotionFlowFit(views, config)
    (separate.people, separate.size, separate.looks) = (1, 96, 2)
    let both = try separate.added(to: added)
    #expect(both[MotionFlowFit.frontal]?.shape == both[MotionFlowFit.lateral]?.shape)
    let dropped = try #require(both[MotionFlowFit.lateral]).floats()[256..<512].max() ?? 0
    #expect((0.01...0.06).contains(dropped), "\(dropped)")
    var still = added
    still[MotionFlowFit.lateral] = try both[MotionFlowFit.lateral].map { try $0 * 0 }
    let resting = try Generator(Weights(checkpoint: still), config)
    let moving = try Generator(Weights(checkpoint: both), config)
    for (one, other) in zip(try mean(resting, .jawOpen), try mean(moving, .jawOpen)) {
      #expect(abs(one - other) < 1e-3)
    }
    // A model that has a flow keeps it.
    #expect(try fit.added(to: added)[MotionFlowFit.frontal]?.floats() == flow)
  }
}
