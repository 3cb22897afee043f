import PV3D
import TestSupport
import Tensors
import Testing

@Suite struct MetricTests {
  @Test(arguments: OperationCase.all("chamfer")) func chamfer(_ record: OperationCase) throws {
    func cloud(_ name: String) throws -> (points: Tensor, chosen: [Bool]) {
      (try record(name).reshaped(-1, 3), try record("\(name)_mask").floats().map { $0 > 0 })
    }
    let (x, y) = (try cloud("x"), try cloud("y"))
    let distance = try ChamferDistance.between(
      x.points, y.points, choosing: x.chosen, y.chosen)
    try record.check(Tensor([#require(distance)]), "dist", within: 1e-6)
  }

  @Test func chamferOfCloudsLargerThanOnePart() throws {
    let line = try Tensor((0..<1000).flatMap { [Float($0), 0, 0] }, [1000, 3])
    let beside = try Tensor((0..<300).flatMap { [Float($0), 2, 0] }, [300, 3])
    let all = ([Bool](repeating: true, count: 1000), [Bool](repeating: true, count: 300))
    // Of 0...999 the nearest is 2 away up to 299, then farther: the median is that of 499, 200 along.
    let distance = try ChamferDistance.between(line, beside, choosing: all.0, all.1)
    #expect(distance == Float(4 + 200 * 200) + 4)
    let none = [Bool](repeating: false, count: 1000)
    #expect(try ChamferDistance.between(line, beside, choosing: none, all.1) == nil)
    #expect(throws: TensorError.self) {
      try ChamferDistance.between(line, beside, choosing: all.1, all.1)
    }
  }

  @Test(arguments: OperationCase.all("warp_side")) func warpedSide(_ record: OperationCase) throws {
    let found = try WarpingError(
      front: record("front"), side: record("side"), depth: record("depth_side"),
      camera: Camera(label: record("side_camera").floats()))
    try record.check(found.warped, "warped", within: 0)
    let mask = found.valid.flatMap { [Float](repeating: $0 ? 1 : 0, count: 3) }
    try record.check(Tensor(mask, record("mask").shape), "mask", within: 0)
    try record.check(Tensor([#require(found.mean)]), "error_mean", within: 1e-6)
  }

  @Test func aViewWarpedIntoItselfIsUnchanged() throws {
    var random = RandomSource(seed: 1)
    let view = try random.uniform([16, 16, 3]) * 255
    let depth = try Tensor(full: 2.6, [1, 8, 8])
    let found = try WarpingError(front: view, side: view, depth: depth, camera: WarpingError.front)
    #expect(found.mean == 0)
    #expect(found.valid.allSatisfy { $0 })
    try expectClose(found.warped, view, within: 0)
  }

  @Test func onlyHitsArePutWhereTheyAreNamed() throws {
    var random = RandomSource(seed: 1)
    let view = try random.uniform([16, 16, 3]) * 255
    let depth = try Tensor(full: 2.6, [1, 8, 8])
    // The lower half of the columns from the fifth on, of 8 by 8 rays with 2 by 2 pixels each.
    let hits = (0..<64).map { $0 / 8 >= 4 && $0 % 8 >= 5 }
    let found = try WarpingError(
      front: view * 0, side: view, depth: depth, camera: WarpingError.front, hits: hits)
    #expect(found.valid == (0..<256).map { $0 / 16 >= 8 && $0 % 16 >= 10 })
    let part = try view.sliced(0, 8..<16).sliced(1, 10..<16).mean().item()
    #expect(abs(try #require(found.mean) - part) < 1e-3)
    #expect(abs(try #require(found.unwarped) - part) < 1e-3)
    #expect(throws: TensorError.self) {
      try WarpingError(
        front: view, side: view, depth: depth, camera: WarpingError.front, hits: [true])
    }
  }

  /// Any camera may be the frontal one; a view from elsewhere is moved by its parallax.
  @Test func anotherFrontalCameraMayBeTaken() throws {
    var random = RandomSource(seed: 2)
    let view = try random.uniform([16, 16, 3]) * 255
    let depth = try Tensor(full: 2.6, [1, 8, 8])
    let camera = Camera(yaw: 0.3, pitch: 0.1)
    let own = try WarpingError(
      front: view, side: view, depth: depth, camera: camera, frontCamera: camera)
    #expect(own.mean == 0)
    #expect(own.valid.allSatisfy { $0 })
    let other = try WarpingError(front: view, side: view, depth: depth, camera: camera)
    #expect(try #require(other.mean) > 10)
    #expect(other.unwarped == 0)
  }

  @Test(arguments: OperationCase.all("i3d_preprocess"))
  func clipsAreResizedAndCropped(_ record: OperationCase) throws {
    let ours = try I3DInput.prepared(
      record("video_u8_bthwc"), side: #require(record.parameters["target"]?.int))
    let (height, width) = (ours.shape[3], ours.shape[4])
    try record.check(
      ours.sliced(3, 0..<height, step: 8).sliced(4, 0..<width, step: 8), "out_ch0")
  }

  @Test(arguments: OperationCase.all("frechet_distance"))
  func frechetDistance(_ record: OperationCase) throws {
    let distance = try FrechetDistance.between(
      FeatureStatistics(record("features_gen")), FeatureStatistics(record("features_real")))
    try record.check(Tensor([Float(distance)]), "distance", within: 1e-6)
  }

  /// For diagonal covariances the distance is `|μ₁ - μ₂|² + Σ (σ₁ - σ₂)²`.
  @Test func frechetDistanceOfIndependentFeatures() throws {
    let one = FeatureStatistics(mean: [0, 1], covariance: [4, 0, 0, 9])
    let other = FeatureStatistics(mean: [3, 1], covariance: [1, 0, 0, 0])
    #expect(abs(try FrechetDistance.between(one, other) - (9 + 1 + 9)) < 1e-12)
    #expect(abs(try FrechetDistance.between(one, one)) < 1e-12)
    let longer = FeatureStatistics(mean: [0], covariance: [1])
    #expect(throws: TensorError.self) { try FrechetDistance.between(one, longer) }
  }
}
