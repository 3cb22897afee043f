import PV3D
import TestSupport
import Tensors
import Testing

/// The run of the default 512-pixel networks whose weights and inputs come from a formula.
/// - Source: PV3D-SPEC section 21, `full512`
struct FullSizeRecord {
  let fixture: Fixture
  let record: Parameter

  static let present =
    Fixture.has("full512/full512.safetensors") && Fixture.has("state_dict_512.json")

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
  func unit(_ name: String, _ shape: [Int], _ factor: Float = 1) throws -> Tensor {
    let half = 1 << 23
    return try Tensor(
      bits(name, shape.reduce(1, *)).map { Float($0 - half) / Float(half) * 1.7320508 * factor },
      shape)
  }

  /// Numbers uniform in 0..<1.
  func uniform(_ name: String, _ shape: [Int]) throws -> Tensor {
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

  /// The weights whose names begin with `prefix`.
  func weights(_ prefix: String) throws -> Weights {
    var tensors: [String: Tensor] = [:]
    for key in try Fixture.json("state_dict_512.json").members["keys"]?.values ?? [] {
      guard let name = key.values.first?.string, name.hasPrefix(prefix) else { continue }
      tensors[name] = try weight(name, key.values[1].ints)
    }
    for (name, check) in record.members["key_checks"]?.members ?? [:] where name.hasPrefix(prefix) {
      guard let first = check.members["first"]?.floats else { continue }
      let ours = try #require(tensors[name]).floats().prefix(first.count)
      #expect(Array(ours) == first, "\(name)")
    }
    return Weights(checkpoint: tensors)
  }

  /// Compares the recorded samples of `name` and its length.
  func check(_ ours: Tensor, _ name: String, exceptFor share: Double = 0) throws {
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
      "full512 \(name)", fixture: "full512/full512/\(name)")
    let length = values.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
    let wanted = try #require(record.members["stats"]?.members[name]?.members["l2"]?.double)
    #expect(abs(length / wanted - 1) < 1e-5, "\(name): length \(length), reference \(wanted)")
  }
}
