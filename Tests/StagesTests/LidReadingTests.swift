import Faces
import Foundation
import Heads
import Stages
import TestSupport
import Tensors
import Testing

/// Lids as landmarks tell them of people who act, whose lids are known.
@Suite(.enabled(if: Shared.has("data/heads"))) struct LidReadingTests {
  @Test func lidsAreReadNearerToTheTruthTogether() throws {
    Torch.threads = 1
    let views = try HeadViews(
      folder: Shared.folder.appendingPathComponent("data/heads").path, seed: 1)
    let samples = try MotionSamples.rendered(
      views.library, .acted, people: 4, pictures: 30, heldOut: views.names, seed: 40_002
    ).samples
    var (alone, together, count) = (0.0, 0.0, 0.0)
    for (_, own) in Dictionary(grouping: samples, by: \.person) {
      let lids = own.map { LidOpening($0.landmarks) }
      let left = MotionCalibration.blinks(lids.map(\.left))
      let right = MotionCalibration.blinks(lids.map(\.right))
      func error(_ unit: MotionUnit, _ values: [Double]) -> Double {
        zip(own, values).reduce(0) { $0 + abs(Double($1.0.units[unit.rawValue]) - $1.1) }
      }
      alone += error(.blinkLeft, left) + error(.blinkRight, right)
      together +=
        error(.blinkLeft, MotionCalibration.together(left, right))
        + error(.blinkRight, MotionCalibration.together(right, left))
      count += Double(2 * own.count)
    }
    print("mean error of lids: \(alone / count) alone, \(together / count) together")
    #expect(count > 200 && together < alone && together / count < 0.1)
  }
}
