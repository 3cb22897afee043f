import Foundation
import PV3D
import TestSupport
import Tensors
import Testing

/// The default 512-pixel generator with weights from a formula, at sampled places.
/// - Source: PV3D-SPEC section 21, `full512`
@Suite(
  .enabled(if: Fixture.has("full512/full512.safetensors") && Fixture.has("state_dict_512.json")))
struct FullSizeTests {
  private let fixture: Fixture
  private let record: Parameter

  init() throws {
    fixture = try Fixture("full512", "full512")
    record = try Fixture.json("full512/full512.json")
  }

  /// The 24-bit numbers that belong to `name`.
  private func bits(_ name: String, _ count: Int) -> [Int] {
    let hash = name.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) {
      ($0 ^ UInt64($1)) &* 0x100_0000_01b3
    }
    var source = RandomSource(seed: hash)
    return (0..<count).map { _ in Int(source.next() >> 40) }
  }

  /// Numbers of mean 0 and variance 1, times `factor`.
  private func unit(_ name: String, _ shape: [Int], _ factor: Float = 1) throws -> Tensor {
    let half = 1 << 23
    return try Tensor(
      bits(name, shape.reduce(1, *)).map { Float($0 - half) / Float(half) * 1.7320508 * factor },
      shape)
  }

  /// Numbers uniform in 0..<1.
  private func uniform(_ name: String, _ shape: [Int]) throws -> Tensor {
    try Tensor(bits(name, shape.reduce(1, *)).map { Float($0) / Float(1 << 24) }, shape)
  }

  private func weight(_ name: String, _ shape: [Int]) throws -> Tensor {
    if name.hasSuffix("resample_filter") { return try Resampling.filter() }
    if name.contains(/\.mapping\.fc\d+\.weight$/) { return try unit(name, shape, 100) }
    if name.contains(/\.mapping\.fc\d+\.bias$/) { return try unit(name, shape, 10) }
    let small = try unit(name, shape, 0.1)
    if name.hasSuffix("motion_time_fuser.affine.bias") { return small }
    if name.hasSuffix("affine.bias") { return try small + 1 }
    if ["noise_strength", "w_avg", ".bias"].contains(where: name.hasSuffix) { return small }
    return try unit(name, shape)
  }

  private func generator() throws -> Generator {
    var tensors: [String: Tensor] = [:]
    for key in try Fixture.json("state_dict_512.json").members["keys"]?.values ?? [] {
      guard let name = key.values.first?.string, name.hasPrefix("generator.") else { continue }
      tensors[name] = try weight(name, key.values[1].ints)
    }
    for (name, check) in record.members["key_checks"]?.members ?? [:] {
      guard let first = check.members["first"]?.floats else { continue }
      let ours = try #require(tensors[name]).floats().prefix(first.count)
      #expect(Array(ours) == first, "\(name)")
    }
    return try Generator(
      Weights(checkpoint: tensors), GeneratorConfig(), prefix: "generator")
  }

  /// Compares the recorded samples of `name` and its length.
  private func check(_ ours: Tensor, _ name: String, exceptFor share: Double = 0) throws {
    guard fixture.has("\(name).samples") else {
      return print("skipped: \(name) is not recorded")
    }
    let values = try ours.floats()
    let count = record.members["sample_count"]?.int ?? 0
    let step = record.members["sample_stride"]?.int ?? 1
    let offset = record.members["sample_offset"]?.int ?? 0
    let samples = try Tensor((0..<count).map { values[($0 * step + offset) % values.count] })
    let reference = try fixture("\(name).samples")
    let floor = record.members["noise_floor_max_abs"]?.members[name]?.float ?? 0
    let scale = try reference.magnitude().maximum().item()
    try expectClose(
      samples, reference, within: max(1e-5, 10 * floor / scale), exceptFor: share,
      "full512 \(name)")
    let length = values.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
    let wanted = try #require(record.members["stats"]?.members[name]?.members["l2"]?.double)
    #expect(abs(length / wanted - 1) < 1e-5, "\(name): length \(length), reference \(wanted)")
  }

  @Test func imagesOfTheDefaultModelAreTheOfficialOnes() throws {
    let generator = try generator()
    let (z, motion) = (
      try unit("input.z", [1, 512]), try unit("input.z_motion", [1, 512])
    )
    let (label, condition) = (try fixture("c_render"), try fixture("c_mapping"))
    let ws = try generator.mapping(z, label: condition)
    try check(ws, "ws")
    try check(generator.mapping(z, label: condition, truncation: 0.7), "ws_psi07")
    let planes = try generator.synthesis(ws, motion: motion * fixture("t").reshaped(-1, 1))
    try check(planes, "planes")
    for name in fixture.names {
      guard let match = name.wholeMatch(of: /(r(\d+)(\.return_depth)?)\.image\.samples/),
        let side = Int(match.2)
      else { continue }
      var options = RenderingOptions()
      let samples = generator.config.depthSamples
      options.returnsPoints = match.3 != nil
      options.jitter = try uniform("input.jitter.\(side)", [1, side * side, samples, 1])
      options.u = try uniform("input.u.\(side)", [side * side, samples])
      let made = try generator.rendered(
        planes, ws, label: label, resolution: side, options: options)
      let seen = try generator.renderer(
        planes, Rays(labels: label, resolution: side), options: options)
      let run = String(match.1)
      try check(seen.features, "\(run).features", exceptFor: 0.002)
      try check(made.raw, "\(run).image_raw", exceptFor: 0.002)
      try check(made.depth, "\(run).image_depth", exceptFor: 0.002)
      try check(made.image, "\(run).image", exceptFor: 0.002)
      guard let points = made.points else { continue }
      try check(points, "\(run).xyz", exceptFor: 0.002)
      try check(made.opacity, "\(run).weight_total", exceptFor: 0.002)
    }
  }
}
