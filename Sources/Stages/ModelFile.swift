import Foundation
import PV3D
import Tensors

/// A generator on disk: one safetensors file that names its own configuration.
///
/// `__metadata__` holds `config`, the JSON of a `GeneratorConfig`, and may hold `card`, a JSON text about
/// the origin of the weights.
public enum ModelFile {
  /// Reads a generator.
  /// - Parameters:
  ///   - config: instead of the file's own
  ///   - gradients: whether its parameters are to be trained
  public static func read(
    _ path: String, config given: GeneratorConfig? = nil, gradients: Bool = false,
    device: Device = .cpu, precision: Precision = .full
  ) throws -> (generator: Generator, card: String?) {
    let file = try Safetensors(path: path)
    let config = try given ?? config(of: file)
    let prefix =
      file.entries.keys.contains { $0.hasPrefix("generator_ema.") }
      ? "generator_ema."
      : file.entries.keys.contains { $0.hasPrefix("generator.") }
        ? "generator." : ""
    let weights = Weights(
      checkpoint: try tensors(file, removing: prefix, planesOf: config), gradients: gradients,
      device: device)
    do {
      let generator = try Generator(weights, config, precision: precision)
      if prefix.isEmpty { try weights.checkAllUsed() }
      return (generator, file.metadata["card"])
    } catch let error as WeightsError {
      throw SafetensorsError(path: path, reason: "\(error)")
    }
  }

  /// A model's tensors, for a generator with the planes of `config`.
  ///
  /// Planes that are not orthogonal are made so where it asks for it (`PlaneSeparation`); the other way there is none.
  package static func tensors(
    _ file: Safetensors, removing prefix: String = "", planesOf config: GeneratorConfig
  ) throws -> [String: Tensor] {
    let tensors = try file.tensors(removing: prefix)
    let own = file.metadata["config"] == nil ? GeneratorConfig() : try Self.config(of: file)
    guard own.orthogonalPlanes != config.orthogonalPlanes else { return tensors }
    guard config.orthogonalPlanes else {
      throw SafetensorsError(
        path: file.path, reason: "has orthogonal planes, wanted planes that are not")
    }
    return try PlaneSeparation.applied(to: tensors, features: config.planeFeatures)
  }

  static func config(of file: Safetensors) throws -> GeneratorConfig {
    guard let text = file.metadata["config"] else {
      throw SafetensorsError(
        path: file.path, reason: "has no 'config' in its metadata, so it is not a pvpipe model")
    }
    do {
      // A model may be older than some of the sizes: those keep their defaults.
      let stored = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any] ?? [:]
      let defaults = try JSONSerialization.jsonObject(
        with: JSONEncoder().encode(GeneratorConfig()))
      let whole = (defaults as? [String: Any] ?? [:]).merging(stored) { $1 }
      let config = try JSONDecoder().decode(
        GeneratorConfig.self, from: JSONSerialization.data(withJSONObject: whole))
      try config.checkLimits()
      return config
    } catch let error as GeneratorConfig.LimitError {
      throw SafetensorsError(path: file.path, reason: "has a 'config' whose \(error)")
    } catch {
      throw SafetensorsError(path: file.path, reason: "has a 'config' that cannot be read")
    }
  }

  /// A configuration as the metadata hold it.
  static func text(_ config: GeneratorConfig) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    return String(decoding: try encoder.encode(config), as: UTF8.self)
  }

  /// Writes a generator's tensors, rounded to 16 bits unless asked otherwise.
  public static func write(
    _ tensors: [String: Tensor], config: GeneratorConfig, card: String? = nil, to path: String,
    precision: Safetensors.Precision = .half
  ) throws {
    var metadata = ["config": try text(config)]
    metadata["card"] = card
    try Safetensors.write(tensors, to: path, metadata: metadata, precision: precision)
  }
}
