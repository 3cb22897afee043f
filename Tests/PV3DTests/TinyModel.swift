import PV3D
import TestSupport
import Tensors

/// The small model that the official code was run with.
enum TinyModel {
  /// Whether the file `name` of the tiny set and the model's weights are there.
  static func has(_ name: String) -> Bool {
    ["tiny/index.json", "tiny/state.safetensors", "tiny/\(name).safetensors"]
      .allSatisfy(Fixture.has)
  }

  static func config() throws -> GeneratorConfig {
    let sizes = try Fixture.json("tiny/index.json").members["config"]?.members ?? [:]
    var config = GeneratorConfig()
    func take<Value>(
      _ path: WritableKeyPath<GeneratorConfig, Value>, _ value: Value?
    ) { if let value { config[keyPath: path] = value } }
    take(\.zDimension, sizes["z_dim"]?.int)
    take(\.wDimension, sizes["w_dim"]?.int)
    take(\.motionDimension, sizes["motion_dim"]?.int)
    take(\.planeResolution, sizes["plane_res"]?.int)
    take(\.channelBase, sizes["channel_base"]?.int)
    take(\.channelMax, sizes["channel_max"]?.int)
    take(\.mappingLayers, sizes["num_mapping"]?.int)
    take(\.superResolutionInput, sizes["sr_input"]?.int)
    take(\.depthSamples, sizes["depth"]?.int)
    take(\.rayStart, sizes["ray_start"]?.float)
    take(\.rayEnd, sizes["ray_end"]?.float)
    take(\.boxWarp, sizes["box_warp"]?.float)
    let channels = ["sr_ch0", "sr_ch1"].compactMap { sizes[$0]?.int }
    if channels.count == 2 { config.superResolutionChannels = channels }
    return config
  }

  /// The generator whose weights are called `<prefix>.…` in the state.
  static func generator(
    _ prefix: String = "generator", gradients: Bool = false, on device: Device = .cpu,
    _ change: (inout GeneratorConfig) -> Void = { _ in }
  ) throws -> Generator {
    var config = try config()
    change(&config)
    let state = try Fixture("tiny", "state").group("")
    let weights = Weights(checkpoint: state, gradients: gradients, device: device)
    let generator = try Generator(weights, config, prefix: prefix)
    try weights.checkAllUsed(prefix: "\(prefix).")
    return generator
  }

  /// The noise of layers recorded as `<prefix>.noise.<layer>`.
  static func noise(
    _ fixture: Fixture, _ prefix: String, on device: Device = .cpu
  ) throws -> Noise {
    let recorded = try fixture.group("\(prefix).noise.").mapValues { try $0.to(device) }
    return .random { layer, shape in
      guard let noise = recorded[layer], noise.shape == shape else {
        throw TensorError(operation: "noise", reason: "none of shape \(shape) for \(layer)")
      }
      return noise
    }
  }
}

/// The ways in which planes are rendered.
enum RenderPath: CaseIterable, Sendable {
  case composed, fused

  /// Options with the numbers recorded as `<case>.jitter` and `<case>.u`, and the side they are for.
  func options(
    _ fixture: Fixture, _ name: String, batch: Int, points: Bool = false
  ) throws -> (options: RenderingOptions, side: Int) {
    let dot = name.isEmpty ? "" : "\(name)."
    var options = RenderingOptions()
    options.fused = self != .composed
    options.returnsPoints = points
    if fixture.has("\(dot)jitter") { options.jitter = try fixture("\(dot)jitter") }
    let u = try fixture("\(dot)u")
    options.u = u
    return (options, Int(Double(u.shape[0] / batch).squareRoot().rounded()))
  }
}
