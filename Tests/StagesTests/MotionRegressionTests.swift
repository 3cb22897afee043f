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
        samples.samples.map { Double($0.units[unit]) }, estimates.map { Double($0.units[unit]) })
    }
    #expect(samples.samples.count > 140)
    #expect(try correlation("jawOpen") > 0.75)
    #expect(try correlation("blinkLeft") > 0.75)
    #expect(try correlation("blinkRight") > 0.75)
    #expect(try correlation("smile") > 0.55)
    #expect(try correlation("lipsPucker") > 0.4)
    #expect(try correlation("gazeSide") > 0.75)
  }

  /// Brows differ more from person to person than one person moves them.
  @Test func whatOnePersonMovesIsFoundBetterThanByPeople() throws {
    let estimates = samples.samples.map { regression.estimate($0.landmarks) }
    func correlation(_ name: String, _ found: (MotionRegression.Estimate) -> [Float]) throws
      -> Double
    {
      let unit = try #require(regression.model.units.firstIndex(of: name))
      return MotionFit.correlation(
        centered(samples.samples.map { Double($0.units[unit]) }),
        centered(estimates.map { Double(found($0)[unit]) }))
    }
    for (name, least) in [
      ("browInnerUp", 0.4), ("browOuterUp", 0.45), ("squint", 0.4), ("gazeUp", 0.7),
      ("gazeSide", 0.9), ("smile", 0.7), ("jawOpen", 0.75),
    ] {
      #expect(try correlation(name, \.changes) > least, "\(name)")
    }
    #expect(
      try correlation("browOuterUp", \.changes) > correlation("browOuterUp", \.units) + 0.05)
  }

  /// Values without the mean of each person's.
  private func centered(_ values: [Double]) -> [Double] {
    let people = Dictionary(grouping: values.indices) { samples.samples[$0].person }
    let means = people.mapValues { indices in
      indices.reduce(0) { $0 + values[$1] } / Double(indices.count)
    }
    return values.indices.map { values[$0] - (means[samples.samples[$0].person] ?? 0) }
  }

  /// A video's mean is what people's faces tell, and frames differ as one person's faces do.
  @Test func aTrackHasTheMeanOfPeopleAndTheChangesOfOne() throws {
    var model = regression.model
    let unit = try #require(model.units.firstIndex(of: "jawSide"))
    // Neither calibration nor ranges take anything of a unit that hardly moves about zero.
    model.spread = model.spread.map { _ in 0 }
    (model.lower[unit], model.upper[unit]) = (-100, 100)
    let bare = MotionRegression(model, framing: try HeadFraming())
    let face = samples.samples[0].landmarks
    let still = [FaceLandmarks](repeating: face, count: 10)
    let other = [FaceLandmarks](repeating: samples.samples[1].landmarks, count: 10)
    let motion = bare.motion(track: still + other).map { Double($0[unit]) }
    let (a, b) = (bare.estimate(face), bare.estimate(samples.samples[1].landmarks))
    let mean = Double(a.units[unit] + b.units[unit]) / 2
    let change = Double(b.changes[unit] - a.changes[unit])
    #expect(abs((motion[0] + motion[19]) / 2 - mean) < 1e-4)
    #expect(abs(motion[19] - motion[0] - change) < 1e-4)
    #expect(abs(change) > 1e-3)
  }

  @Test func aMirroredFaceMovesItsOtherSide() throws {
    let mirror = FaceMirror(try CanonicalFace())
    let units = regression.model.units
    func index(_ name: String) throws -> Int { try #require(units.firstIndex(of: name)) }
    let (left, right) = (try index("blinkLeft"), try index("blinkRight"))
    let (gaze, jaw) = (try index("gazeSide"), try index("jawOpen"))
    for sample in samples.samples.prefix(10) {
      let plain = regression.estimate(sample.landmarks).units
      let mirrored = regression.estimate(mirror.mirrored(sample).landmarks).units
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
