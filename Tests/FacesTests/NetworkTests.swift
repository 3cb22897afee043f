import Faces
import Foundation
import Tensors
import TestSupport
import Testing

@Suite(.enabled(if: Shared.has("assets"))) struct NetworkTests {
  let golden: Safetensors

  init() throws {
    golden = try Safetensors(
      path: Shared.folder.appendingPathComponent(
        "assets/golden_face_and_metric_nets.safetensors"
      ).path)
  }

  /// The stored image of a network that was run on `[batch, height, width, channels]`.
  private func image(_ name: String) throws -> Tensor {
    try golden.tensor("\(name)/input_nhwc").permuted(0, 3, 1, 2).contiguous()
  }

  /// Requires `ours` within 1e-3, or 1e-4 of the largest stored value.
  private func expectGolden(_ ours: Tensor, _ name: String) throws {
    let (ours, theirs) = (try ours.floats(), try golden.floats(name))
    try #require(ours.count == theirs.count)
    let tolerance = max(1e-3, 1e-4 * theirs.reduce(0) { max($0, abs($1)) })
    let worst = zip(ours, theirs).reduce(0) { max($0, abs($1.0 - $1.1)) }
    #expect(worst <= tolerance, "\(name): off by \(worst), allowed \(tolerance)")
  }

  @Test func theShortRangeDetectorMatches() throws {
    let output = try withoutGradients {
      try ShortRangeNetwork()(image("face_detection_short_range"))
    }
    try expectGolden(output.boxes, "face_detection_short_range/output/regressors")
    try expectGolden(output.scores, "face_detection_short_range/output/classificators")
  }

  @Test func theFullRangeDetectorMatches() throws {
    let output = try withoutGradients {
      try FullRangeNetwork()(image("face_detection_full_range"))
    }
    try expectGolden(output.boxes, "face_detection_full_range/output/Identity")
    try expectGolden(output.scores, "face_detection_full_range/output/Identity_1")
  }

  @Test func theMeshMatches() throws {
    let (points, flag) = try withoutGradients { try FaceMeshNetwork()(image("face_landmark")) }
    try expectGolden(points, "face_landmark/output/conv2d_21")
    try expectGolden(flag, "face_landmark/output/conv2d_31")
  }

  @Test func theIrisMatches() throws {
    let (contour, iris) = try withoutGradients { try IrisLandmarks()(image("iris_landmark")) }
    try expectGolden(contour, "iris_landmark/output/output_eyes_contours_and_brows")
    try expectGolden(iris, "iris_landmark/output/output_iris")
  }

  @Test func theIdentityEmbeddingMatches() throws {
    let chip = try golden.tensor("dlib_resnet/input_rgb_nchw")
    let embedding = try withoutGradients { try IdentityEmbedding()(chip / 127.5 - 1) }
    try expectGolden(embedding, "dlib_resnet/embedding")
  }

  @Test func thePerceptualFeaturesMatch() throws {
    let input = try golden.tensor("squeezenet/input_bgr_minus_mean_nchw")
    let maps = try withoutGradients { try PerceptualDistance().activations(input) }
    try expectGolden(try maps[0].sliced(1, 0..<8), "squeezenet/relu_conv1")
    try expectGolden(maps[1], "squeezenet/fire4")
    try expectGolden(maps[2], "squeezenet/fire8")
  }
}
