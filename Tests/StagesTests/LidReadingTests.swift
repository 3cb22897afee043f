import Faces
import Foundation
import Heads
import Stages
import TestSupport
import Tensors
import Testing

/// Lids as landmarks tell them of people who act, whose lids are known.
@Suite(.enabled(if: Shared.has("data/heads"))) struct LidReadingTests {
  /// The mean error of the lids of people of known expressions, each eye by itself and by `blinks(_:outlines:)`,
  /// over the pictures that `isCounted` takes by how far the left and the right one are shut.
  private func errors(
    _ expressions: MotionSamples.Expressions, people: Int, pictures: Int,
    where isCounted: (Double, Double) -> Bool
  ) throws -> (alone: Double, read: Double, count: Int) {
    Torch.threads = 1
    let views = try HeadViews(
      folder: Shared.folder.appendingPathComponent("data/heads").path, seed: 1)
    let samples = try MotionSamples.rendered(
      views.library, expressions, people: people, pictures: pictures, heldOut: views.names,
      seed: 40_002
    ).samples
    var (alone, read, count) = (0.0, 0.0, 0)
    for (_, own) in Dictionary(grouping: samples, by: \.person) {
      let lids = own.map { LidOpening($0.landmarks) }
      let shut = MotionCalibration.blinks(
        lids, outlines: own.map { LidOpening(outlines: $0.landmarks) })
      let left = MotionCalibration.blinks(lids.map(\.left))
      let right = MotionCalibration.blinks(lids.map(\.right))
      for (index, sample) in own.enumerated() {
        let truth = (
          Double(sample.units[MotionUnit.blinkLeft.rawValue]),
          Double(sample.units[MotionUnit.blinkRight.rawValue])
        )
        guard isCounted(truth.0, truth.1) else { continue }
        alone += abs(left[index] - truth.0) + abs(right[index] - truth.1)
        read += abs(shut.left[index] - truth.0) + abs(shut.right[index] - truth.1)
        count += 2
      }
    }
    return (alone / Double(count), read / Double(count), count)
  }

  @Test func lidsAreReadNearerToTheTruthTogether() throws {
    let (alone, read, count) = try errors(.acted, people: 4, pictures: 30) { _, _ in true }
    print("mean error of lids: \(alone) alone, \(read) together")
    #expect(count > 200 && read < alone && read < 0.1)
  }

  @Test func winksAreReadByTheOutlines() throws {
    let (alone, read, count) = try errors(.posed, people: 4, pictures: 100) { abs($0 - $1) > 0.3 }
    print("mean error of lids that wink: \(alone) alone, \(read) by the outlines")
    #expect(count >= 20 && read < alone && read < 0.25)
  }
}
