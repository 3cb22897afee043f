import Foundation
import PV3D
import Stages
import Tensors

/// Weights and inputs that both sides of the benchmark read.
enum BenchmarkInputs {
  /// Writes `full.safetensors`, random weights of the 512-pixel model; `compact.safetensors`, a copy of
  /// `compact`; and `inputs.safetensors`.
  static func write(_ folder: URL, compact: String) throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let weights = Weights(random: RandomSource(seed: 1))
    let full = try Generator(weights, GeneratorConfig())
    var tensors = weights.tensors
    for name in tensors.keys where name.hasSuffix("noise_strength") {
      tensors[name] = try Tensor(full: 0.1, [])
    }
    try ModelFile.write(
      tensors, config: full.config, to: folder.appendingPathComponent("full.safetensors").path,
      precision: .full)
    let copy = folder.appendingPathComponent("compact.safetensors")
    try Data(contentsOf: URL(fileURLWithPath: compact)).write(to: copy)
    let small = try ModelFile.read(copy.path).generator
    let inputs = try inputs(full).merging(inputs(compact: small)) { first, _ in first }
    try Safetensors.write(
      inputs, to: folder.appendingPathComponent("inputs.safetensors").path)
  }

  private static func inputs(_ full: Generator) throws -> [String: Tensor] {
    var random = RandomSource(seed: 2)
    let config = full.config
    let label = try Camera.tensor([.canonical])
    let z = try random.normal([1, config.zDimension])
    let samples = config.depthSamples
    return [
      "ws": try withoutGradients { try full.mapping(z, label: label).contiguous() },
      "motion": try random.normal([1, config.motionDimension]),
      "label": label, "otherLabel": try Camera.tensor([Camera(yaw: 0.4, pitch: 0.1)]),
      "u64": try random.uniform([64 * 64, samples]),
      "u128": try random.uniform([128 * 128, samples]),
      "cotangent": try random.normal([1, 64 * 64, config.planeFeatures]),
    ]
  }

  private static func inputs(compact: Generator) throws -> [String: Tensor] {
    var random = RandomSource(seed: 3)
    let config = compact.config
    let side = config.imageResolution
    let z = try random.normal([1, config.zDimension])
    let cameras = [Camera(yaw: 0.1, pitch: 0), Camera(yaw: -0.2, pitch: 0.05)]
    return [
      "compact.ws": try withoutGradients {
        try compact.mapping(z, label: Camera.tensor([.canonical])).contiguous()
      },
      "compact.motion": try random.uniform([2, config.motionDimension]),
      "compact.label": try Camera.tensor(cameras),
      "compact.u": try random.uniform([2 * 64 * 64, config.depthSamples]),
      "compact.image": try random.uniform([2, 3, side, side]) * 2 - 1,
      "compact.raw": try random.uniform([2, 3, 64, 64]) * 2 - 1,
    ]
  }
}
