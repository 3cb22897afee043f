import PV3D
import TestSupport
import Tensors
import Testing

@Suite(.enabled(if: TinyModel.has("backbone"))) struct BackboneTests {
  private let fixture: Fixture
  private let synthesis: Synthesis
  private let ws: Tensor
  private let motion: Tensor

  init() throws {
    fixture = try Fixture("tiny", "backbone")
    synthesis = try TinyModel.generator().synthesis
    ws = try fixture("ws")
    motion = try fixture("z_motion") * fixture("t").reshaped(-1, 1)
  }

  private func flat(_ planes: Tensor) throws -> Tensor {
    let shape = planes.shape
    return try planes.reshaped(shape[0], shape[1] * shape[2], shape[3], shape[4])
  }

  @Test func stylesOfTheFixtureComeFromItsCodes() throws {
    let mapping = try TinyModel.generator().mapping
    try fixture.check(mapping(fixture("z"), label: fixture("c_mapping")), "ws")
  }

  @Test func planesAreTheOfficialOnes() throws {
    for name in fixture.names {
      guard let match = name.firstMatch(of: /^(const|none|random)\.planes(_t0)?/) else { continue }
      let noise: Noise =
        switch match.1 {
        case "const": .constant
        case "none": .none
        default: try TinyModel.noise(fixture, "random")
        }
      let planes = try synthesis(ws, motion: match.2 == nil ? motion : motion * 0, noise: noise)
      try fixture.check(flat(planes), name)
    }
  }

  @Test func blocksGiveTheOfficialFeaturesAndPlanes() throws {
    var seen: [String: Tensor] = [:]
    _ = try synthesis(ws, motion: motion) { resolution, features, planes in
      seen["const.b\(resolution).x"] = features
      seen["const.b\(resolution).img"] = planes
    }
    for name in fixture.names where name.contains(/^const\.b\d+\.(x|img)$/) {
      try fixture.check(#require(seen[name], "no block gives \(name)"), name)
    }
  }

  @Test func motionLayersTakeAndGiveTheOfficialFeatures() throws {
    let resolutions = try TinyModel.config().blockResolutions
    let batch = ws.shape[0]
    var features: [Tensor] = []
    _ = try synthesis(ws, motion: motion) { _, x, _ in features.append(x) }
    var start = 0
    for (index, block) in synthesis.blocks.enumerated() {
      defer { start += block.convolutionCount }
      let scope = "const.b\(resolutions[index])"
      guard let layer = block.motion else {
        #expect(!fixture.has("\(scope).fuser_in"))
        continue
      }
      let style = try ws.selected(1, start)
      let entering =
        if let first = block.first {
          try first(features[index - 1], style)
        } else {
          try block.second(
            #require(block.constant).reshaped([1] + #require(block.constant).shape)
              .expanded([batch] + #require(block.constant).shape), style)
        }
      try fixture.check(layer.code(motion), "\(scope).motion_code")
      try fixture.check(entering, "\(scope).fuser_in")
      try fixture.check(layer(entering, motion, noise: .constant), "\(scope).fuser_out")
    }
  }

  @Test func atTimeZeroTheMotionCodeDoesNotMatter() throws {
    let other = try RandomSource(seed: 1).normals(motion.shape)
    let still = try synthesis(ws, motion: motion * 0)
    try expectClose(synthesis(ws, motion: other * 0), still, within: 0)
    #expect(try Difference(synthesis(ws, motion: other), still).largest > 0.01)
  }
}

extension RandomSource {
  /// Standard normal values of this source's beginning.
  func normals(_ shape: [Int]) throws -> Tensor {
    var source = self
    return try source.normal(shape)
  }
}
