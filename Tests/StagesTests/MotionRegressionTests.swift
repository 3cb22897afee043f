import Faces
import Foundation
import Stages
import TestSupport
import Tensors
import Testing

/// The regression that the package carries, on people it was not fitted to.
@Suite(.serialized, .enabled(if: Shared.has("data/heads"))) struct MotionRegressionTests {
  private let regression: MotionRegression
  private let samples: MotionSamples

  init() throws {
    Torch.threads = 1
    regression = try MotionRegression()
    let views = try HeadViews(
      folder: Shared.folder.appendingPathComponent("data/heads").path, seed: 1)
    samples = try MotionSamples.rendered(
      views.library, .acted, people: 30, pictures: 5, heldOut: views.names, seed: 40_001)
  }

  @Test func unitsOfUnknownPeopleAreFound() throws {
    let estimates = samples.samples.map { regression.estimate($0.landmarks) }
    func correlation(_ name: String) throws -> Double {
      let unit = try #require(regression.model.units.firstIndex(of: name))
      return MotionFit.correlation(
        samples.samples.map { Double($0.units[unit]) }, estimates.map { Double($0[unit]) })
    }
    #expect(samples.samples.count > 140)
    #expect(try correlation("jawOpen") > 0.75)
    #expect(try correlation("blinkLeft") > 0.75)
    #expect(try correlation("blinkRight") > 0.75)
    #expect(try correlation("smile") > 0.7)
    #expect(try correlation("lipsPucker") > 0.4)
    #expect(try correlation("gazeSide") > 0.75)
  }

  @Test func aMirroredFaceMovesItsOtherSide() throws {
    let mirror = FaceMirror(try CanonicalFace())
    let units = regression.model.units
    func index(_ name: String) throws -> Int { try #require(units.firstIndex(of: name)) }
    let (left, right) = (try index("blinkLeft"), try index("blinkRight"))
    let (gaze, jaw) = (try index("gazeSide"), try index("jawOpen"))
    for sample in samples.samples.prefix(10) {
      let plain = regression.estimate(sample.landmarks)
      let mirrored = regression.estimate(mirror.mirrored(sample).landmarks)
      #expect(abs(plain[left] - mirrored[right]) < 0.05)
      #expect(abs(plain[gaze] + mirrored[gaze]) < 0.05)
      #expect(abs(plain[jaw] - mirrored[jaw]) < 0.05)
    }
  }

  @Test func framesKeepTheirRangesAndTheirNumber() throws {
    let motion = regression.motion(track: samples.samples.map(\.landmarks))
    #expect(motion.count == samples.samples.count)
    let model = regression.model
    for row in motion {
      #expect(row.count == 24)
      for (unit, value) in row.enumerated() {
        #expect(value >= model.lower[unit] && value <= model.upper[unit])
      }
    }
  }
}
