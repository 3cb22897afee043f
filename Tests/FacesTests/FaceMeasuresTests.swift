import Faces
import Foundation
import Heads
import TestSupport
import Testing

@Suite(.enabled(if: Shared.has("data/heads"))) struct FaceMeasuresTests {
  /// The measures of one head that acts, seen from three sides.
  private func measures(
    _ values: [Float], _ act: (inout FacialExpression, Float) -> Void
  ) throws -> [(value: Double, measures: FaceMeasures)] {
    let synthetic = try SyntheticFaces(names: ["White_F_1"])
    let head = try synthetic.library.blend(synthetic.library.recipe("White_F_1"))
    let framing = try HeadFraming()
    let irises = try IrisLandmarks()
    var results: [(Double, FaceMeasures)] = []
    for yaw in [-0.35, 0, 0.35] {
      for value in values {
        var expression = FacialExpression()
        act(&expression, value)
        let (face, image) = try synthetic.seen(
          Scene(head: head, expression: expression, camera: PortraitCamera(yaw: yaw)))
        let framed = framing.framed(face)
        let eyes = (
          left: try irises.eye(.left, of: face, in: image),
          right: try irises.eye(.right, of: face, in: image)
        )
        let measured = FaceMeasures(face, pose: framed.pose, crop: framed.crop, eyes: eyes)
        results.append((Double(value), measured))
      }
    }
    return results
  }

  /// Pearson's coefficient.
  private func correlation(_ pairs: [(Double, Double)]) -> Double {
    let count = Double(pairs.count)
    let x = pairs.reduce(0) { $0 + $1.0 } / count
    let y = pairs.reduce(0) { $0 + $1.1 } / count
    func sum(_ term: ((Double, Double)) -> Double) -> Double { pairs.reduce(0) { $0 + term($1) } }
    let across = sum { ($0.0 - x) * ($0.1 - y) }
    return across / (sum { pow($0.0 - x, 2) } * sum { pow($0.1 - y, 2) }).squareRoot()
  }

  @Test func theOpeningOfTheMouthFollowsTheJawFromEverySide() throws {
    let results = try measures([0, 0.25, 0.5, 0.75, 1]) { $0[.jawOpen] = $1 }
    let value = correlation(results.map { ($0.value, $0.measures.mouthOpening) })
    #expect(value > 0.9)
    for result in results where result.value == 0 { #expect(result.measures.mouthOpening < 0.06) }
  }

  @Test func theOpeningOfTheEyesFollowsTheLids() throws {
    let results = try measures([0, 0.5, 1]) {
      $0[.blinkLeft] = $1
      $0[.blinkRight] = $1
    }
    #expect(correlation(results.map { ($0.value, $0.measures.leftEyeOpening) }) < -0.85)
    #expect(correlation(results.map { ($0.value, $0.measures.rightEyeOpening) }) < -0.85)
  }

  @Test func oneEyeClosesAlone() throws {
    for result in try measures([1], { $0[.blinkLeft] = $1 }) {
      #expect(result.measures.leftEyeOpening < 0.75 * result.measures.rightEyeOpening)
    }
  }

  @Test func theWidthOfTheMouthFollowsASmileAndTheBrowsRise() throws {
    let smiles = try measures([0, 0.5, 1]) { $0[.smile] = $1 }
    #expect(correlation(smiles.map { ($0.value, $0.measures.mouthWidth) }) > 0.8)
    let brows = try measures([0, 0.5, 1]) {
      $0[.browInnerUp] = $1
      $0[.browOuterUp] = $1
    }
    #expect(correlation(brows.map { ($0.value, $0.measures.browHeight) }) > 0.8)
  }
}
