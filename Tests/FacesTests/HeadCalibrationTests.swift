import Faces
import Foundation
import Heads
import TestSupport
import Testing

/// Poses of synthetic heads, whose cameras are known.
///
/// Some identities serve to place the canonical face in the world, others to judge the poses.
@Suite(.enabled(if: Shared.has("data/heads"))) struct HeadCalibrationTests {
  /// A face that was found in a rendered portrait, and how it was really seen.
  private struct Sample {
    let places: [SIMD2<Double>]
    let truth: HeadPose
    let face: Face
  }

  private let degree = Double.pi / 180

  /// Three views of every fourth identity, the even or the odd ones, with random expressions and lights.
  private func samples(odd: Bool) throws -> [Sample] {
    let synthetic = try SyntheticFaces()
    let library = synthetic.library
    let support = try CanonicalFace().support
    var sampler = try HeadSampler(library: library, seed: odd ? 11 : 7)
    var samples: [Sample] = []
    let names = library.names.sorted().enumerated().filter { $0.offset % 4 == (odd ? 1 : 0) }
    for (_, name) in names {
      let head = try library.blend(library.recipe(name))
      for _ in 0..<3 {
        var camera = sampler.camera()
        camera.yaw = min(max(camera.yaw, -30 * degree), 30 * degree)
        let scene = Scene(
          head: head, expression: sampler.expression(), camera: camera,
          lighting: sampler.lighting())
        let face = try synthetic.face(scene)
        let places = support.map { SyntheticFaces.frame.place(face.pixel($0.landmark)) }
        samples.append(Sample(places: places, truth: HeadPose(camera), face: face))
      }
    }
    return samples
  }

  @Test func posesOfOtherHeadsAreRightWithinTwoAndAHalfDegrees() throws {
    let framing = try HeadFraming()
    let samples = try samples(odd: true)
    let frame = SyntheticFaces.frame
    var (yaw, pitch, framed, distance, shift) = (0.0, 0.0, 0.0, 0.0, 0.0)
    for sample in samples {
      let count = Double(samples.count)
      let pose = framing.posed(sample.face, in: frame).pose
      yaw += abs(pose.yaw - sample.truth.yaw) / degree / count
      pitch += abs(pose.pitch - sample.truth.pitch) / degree / count
      distance += abs(pose.pivot.z / sample.truth.pivot.z - 1) / count
      let found = framing.framed(sample.face)
      framed += abs(found.pose.yaw - sample.truth.yaw) / degree / count
      shift += gap(found.crop.place(frame.pixel(SIMD2(0.5, 0.5))), SIMD2(0.5, 0.5)) / count
    }
    print("mean absolute error: yaw \(yaw), pitch \(pitch), yaw when framed anew \(framed)")
    print("distance \(distance), middle of the crop \(shift)")
    #expect(yaw < 2.5)
    #expect(framed < 2.5)
    #expect(pitch < 2.5)
    #expect(distance < 0.05)
    #expect(shift < 0.025)
  }

  @Test func yawsOfAHeadThatIsFollowedAreSteadierThanThoseOfOneSoughtWhereItsPointsAskFor() throws {
    let synthetic = try SyntheticFaces()
    let library = synthetic.library
    let framing = try HeadFraming()
    let finder = try FaceFinder(recognition: FaceFinder.threshold)
    var sampler = try HeadSampler(library: library, seed: 5)
    var (rough, wrong) = ([0.0, 0.0], [0.0, 0.0])
    for name in library.names.sorted().enumerated().filter({ $0.offset % 12 == 1 }).map(\.element) {
      var scene = Scene(
        head: try library.blend(library.recipe(name)), expression: sampler.expression(),
        camera: sampler.camera(), lighting: sampler.lighting())
      for (way, keepsSquare) in [true, false].enumerated() {
        var errors: [Double] = []
        var last: Face?
        for moment in 0..<24 {
          scene.camera.yaw = 3 * degree * sin(Double(moment) / 12 * .pi)
          let image = synthetic.image(scene)
          let face = try #require(try finder.face(in: image, after: last))
          last = keepsSquare ? face : Face(points: face.points, confidence: face.confidence)
          errors.append((framing.framed(face).pose.yaw - scene.camera.yaw) / degree)
        }
        wrong[way] += errors.map { abs($0) }.reduce(0, +)
        for index in errors.indices.dropFirst(2) {
          rough[way] += abs(errors[index] - 2 * errors[index - 1] + errors[index - 2])
        }
      }
    }
    print("roughness \(rough[0] / rough[1]), error \(wrong[0] / wrong[1]) of the other's")
    #expect(rough[0] < 0.8 * rough[1])
    #expect(wrong[0] < 1.1 * wrong[1])
  }

  @Test func thePlacementOfTheCanonicalFaceIsTheOneThatFitsBest() throws {
    let samples = try samples(odd: false)
    // Five numbers: pitch, scale, offset; the mean errors of five others vanish.
    var values = [-5 * degree, 0.025, 0, 0.02, 0.11]
    func errors(_ values: [Double]) throws -> [Double] {
      let placement = CanonicalFace.Placement(
        pitch: values[0], scale: values[1], offset: SIMD3(values[2], values[3], values[4]))
      let solver = PoseSolver(try CanonicalFace(placement))
      var sums = [Double](repeating: 0, count: 5)
      for sample in samples {
        let pose = solver.pose(places: sample.places).pose
        let gap = pose.pivot - sample.truth.pivot
        let side = sample.truth.yaw < 0 ? -1.0 : 1
        let terms = [
          pose.pitch - sample.truth.pitch, gap.z / 2.7, gap.x, gap.y, side * gap.x,
        ]
        for (index, term) in terms.enumerated() { sums[index] += term / Double(samples.count) }
      }
      return sums
    }
    for _ in 0..<6 {
      let base = try errors(values)
      var columns: [[Double]] = []
      for index in 0..<5 {
        var moved = values
        moved[index] += 1e-5
        columns.append(zip(try errors(moved), base).map { ($0 - $1) / 1e-5 })
      }
      let step = solved(columns, base)
      for index in 0..<5 { values[index] -= step[index] }
    }
    let fitted = CanonicalFace.Placement.fitted
    print("pitch \(values[0] / degree) degrees, scale \(values[1]), offset \(values[2...])")
    #expect(abs(values[0] - fitted.pitch) < 2 * degree)
    #expect(abs(values[1] / fitted.scale - 1) < 0.02)
    #expect(gap(SIMD3(values[2], values[3], values[4]), fitted.offset) < 0.02)
  }

  /// Solves for x in `Σ columns[i] xᵢ = b` by elimination with pivots.
  private func solved(_ columns: [[Double]], _ b: [Double]) -> [Double] {
    var rows = b.indices.map { row in columns.map { $0[row] } + [b[row]] }
    for i in rows.indices {
      let best = (i..<rows.count).max { abs(rows[$0][i]) < abs(rows[$1][i]) } ?? i
      rows.swapAt(i, best)
      for j in rows.indices where j != i {
        let factor = rows[j][i] / rows[i][i]
        rows[j] = zip(rows[j], rows[i]).map { $0 - factor * $1 }
      }
    }
    return rows.indices.map { rows[$0][b.count] / rows[$0][$0] }
  }
}
