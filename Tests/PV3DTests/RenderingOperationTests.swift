import PV3D
import TestSupport
import Tensors
import Testing

@Suite struct RenderingOperationTests {
  @Test(arguments: OperationCase.all("ray_sampler")) func rays(_ record: OperationCase) throws {
    let (pose, lens) = (try record("cam2world"), try record("intrinsics"))
    let batch = pose.shape[0]
    let labels = try Tensor.concatenated([pose.reshaped(batch, 16), lens.reshaped(batch, 9)], 1)
    let rays = try Rays(
      labels: labels, resolution: #require(record.parameters["resolution"]?.int))
    try record.check(rays.origins, "origins")
    try record.check(rays.directions, "directions")
  }

  @Test(arguments: OperationCase.all("project_onto_planes"))
  func projection(_ record: OperationCase) throws {
    let points = try record("points")
    try record.check(Triplane.projected(points).reshaped(-1, points.shape[1], 2), "uv")
  }

  @Test(arguments: OperationCase.all("sample_from_planes"))
  func planeSamples(_ record: OperationCase) throws {
    let (planes, points) = (try record.leaf("planes"), try record.leaf("points"))
    let box = try #require(record.parameters["box_warp"]?.float)
    let each = try Triplane.looked(planes, at: points, boxWarp: box).permuted(0, 1, 3, 2)
    try record.check(each, "features")
    try record.checkGradients(of: each, ["planes": planes, "points": points])
    try expectClose(
      Triplane.sampled(planes, at: points, boxWarp: box), record("features").mean(1),
      within: 1e-5)
  }

  @Test(arguments: OperationCase.all("sample_stratified"))
  func coarseDepths(_ record: OperationCase) throws {
    let shape = try record("ray_origins").shape
    let depths = try DepthSampling.stratified(
      batch: shape[0], rays: shape[1], samples: #require(record.parameters["n"]?.int),
      start: #require(record.parameters["ray_start"]?.float),
      end: #require(record.parameters["ray_end"]?.float), jitter: record.optional("jitter"),
      inDisparity: record.parameters["disparity"]?.bool ?? false)
    try record.check(depths, "depths")
  }

  @Test(arguments: OperationCase.all("sample_importance"))
  func fineDepths(_ record: OperationCase) throws {
    let weights = try record("weights")
    let shape = weights.shape
    try record.check(
      DepthSampling.smoothed(weights.reshaped(shape[0] * shape[1], shape[2])), "smoothed_weights")
    try record.check(
      DepthSampling.importance(depths: record("z_vals"), weights: weights, u: record("u")),
      "depths_fine")
  }

  @Test(arguments: OperationCase.all("sample_pdf"))
  func histogramDraws(_ record: OperationCase) throws {
    let (bins, shape) = (try record("bins"), try record("samples").shape)
    let even = try Tensor(
      (0..<shape[1]).map { Float($0) / Float(shape[1] - 1) }, [1, shape[1]])
    let u = try record.optional("u") ?? even.expanded(shape)
    try record.check(
      DepthSampling.drawn(bins: bins, weights: record("weights"), u: u), "samples")
  }

  @Test(arguments: OperationCase.all("ray_marcher")) func march(_ record: OperationCase) throws {
    let (colors, densities) = (try record.leaf("colors"), try record.leaf("densities"))
    let depths = try record.leaf("depths")
    let seen = try RayMarching.march(
      colors: colors, densities: densities, depths: depths,
      whiteBack: record.parameters["white_back"]?.bool ?? false)
    let weights = try #require(seen.weights)
    try record.check(seen.features, "rgb")
    try record.check(seen.depth, "depth")
    try record.checkGradients(
      of: seen.features, cotangent: "cot_rgb",
      ["colors": colors, "densities": densities, "depths": depths])
    guard record.has("xyz") else { return try record.check(weights, "weights_after") }
    let complete = try RayMarching.completed(weights, opacity: seen.opacity)
    try record.check(complete, "weights_after")
    let (shape, side) = (depths.shape, try record("xyz").shape[1])
    let points = try record("points").reshaped(shape[0], shape[1], shape[2], 3)
    try record.check(
      (complete * RayMarching.middle(points)).sum(2).reshaped(shape[0], side, side, 3), "xyz")
    try record.check(seen.opacity.reshaped(shape[0], side, side, 1), "weight_total")
  }
}
