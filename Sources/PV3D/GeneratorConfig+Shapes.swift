import Tensors

extension GeneratorConfig {
  /// The sizes of the official generator whose tensors have these shapes.
  ///
  /// What no shape tells keeps its default: the range of the rays, the samples along them, their number, and
  /// the side of the cube.
  /// - Parameter shapes: by the names below `generator.` or `generator_ema.`
  /// - Throws: `WeightsError` where a tensor that tells a size is missing
  /// - Source: PV3D-SPEC section 19 and Appendix A
  public init(shapes: [String: [Int]]) throws {
    self.init()
    func size(_ name: String, _ axis: Int, rank: Int) throws -> Int {
      guard let shape = shapes[name] else { throw WeightsError.missing(name, nearest: nil) }
      guard shape.count == rank, shape[axis] > 0 else {
        throw ShapeError(name: name, shape: shape, rank: rank)
      }
      return shape[axis]
    }
    func side(_ ending: String) -> Int? {
      (2...14).map { 1 << $0 }
        .last { shapes["backbone.synthesis.b\($0).\(ending)"] != nil }
    }
    let (mapping, synthesis) = ("backbone.mapping", "backbone.synthesis")
    wDimension = try size("\(mapping).w_avg", 0, rank: 1)
    labelDimension = try size("\(mapping).embed.weight", 1, rank: 2)
    zDimension = try size("\(mapping).fc0.weight", 1, rank: 2) - wDimension
    mappingLayers =
      sequence(first: 0) { $0 + 1 }
      .first { shapes["\(mapping).fc\($0).weight"] == nil } ?? 0
    motionDimension = try size("\(synthesis).b4.motion_time_fuser.affine.weight", 1, rank: 2)
    motionResolution = side("motion_time_fuser.affine.weight") ?? motionResolution
    planeResolution = side("conv1.weight") ?? planeResolution
    planeFeatures = try size("decoder.net.0.weight", 1, rank: 2)
    decoderHidden = try size("decoder.net.0.weight", 0, rank: 2)
    let channels = try blockResolutions.map {
      ($0, try size("\(synthesis).b\($0).conv1.weight", 0, rank: 4))
    }
    channelMax = channels.map(\.1).max() ?? channelMax
    // Where the widest is as wide as all others, any base that is large enough gives the same sizes.
    let narrow = channels.first { $0.1 < channelMax } ?? channels.last
    channelBase = narrow.map { $0.0 * $0.1 } ?? channelBase
    superResolutionInput =
      try size("superresolution.block0.conv1.noise_const", 0, rank: 2) / 2
    superResolutionChannels = try (0..<2).map {
      try size("superresolution.block\($0).conv1.weight", 0, rank: 4)
    }
    guard zDimension > 0, superResolutionInput > 0 else {
      throw ShapeError(
        name: "\(mapping).fc0.weight", shape: shapes["\(mapping).fc0.weight"] ?? [], rank: 2)
    }
  }

  /// A tensor whose shape tells no size.
  struct ShapeError: Error, CustomStringConvertible {
    let name: String
    let shape: [Int]
    let rank: Int

    var description: String { "'\(name)' must have \(rank) dimensions above 0, not \(shape)" }
  }
}
