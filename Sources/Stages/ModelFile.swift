import Foundation
public import PV3D
public import Pipeline
public import Tensors

/// A generator as a file: safetensors, with its sizes and its card in the header.
///
/// The tensors have the official checkpoint's names, with `generator.` before them or without. The
/// header's `config` is a ``GeneratorConfig`` as JSON, where a size that is absent has its default;
/// `card` is JSON too.
public enum ModelFile {
  /// Reads a model.
  public static func read(_ path: String, device: Device = .cpu) throws -> ModelArtifact {
    guard let data = try? Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped)
    else { throw SafetensorsError(path: path, reason: reasonUnreadable(path)) }
    let file = try Safetensors(data: data, path: path)
    guard let config = file.metadata["config"] else {
      throw SafetensorsError(
        path: path, reason: "is no model of this program: its header has no 'config'")
    }
    let prefix = file.entries.keys.contains { $0.hasPrefix("generator.") } ? "generator." : ""
    do {
      let weights = Weights(
        checkpoint: try file.tensors(removing: prefix), device: device)
      let generator = try Generator(weights, try sizes(config))
      try weights.checkAllUsed()
      let card = try file.metadata["card"].map { try json($0, "card") } ?? .object([:])
      return ModelArtifact(
        generator: generator, card: card, path: path, fingerprint: fingerprint(data))
    } catch {
      throw SafetensorsError(path: path, reason: "\(error)")
    }
  }

  /// Writes a model in half precision; the file appears whole or not at all.
  public static func write(
    _ tensors: [String: Tensor], config: GeneratorConfig, card: JSON, to path: String
  ) throws {
    let metadata = ["config": try JSON(encoding: config).description, "card": card.description]
    try Safetensors.write(tensors, to: path, metadata: metadata, precision: .half)
  }

  /// The file of the model that the package carries, whether it is there or not.
  public static var embedded: String {
    Bundle.module.bundleURL.appendingPathComponent("Resources/default-model.safetensors").path
  }

  private static func sizes(_ text: String) throws -> GeneratorConfig {
    guard case .object(let given) = try json(text, "config"),
      case .object(let defaults) = try JSON(encoding: GeneratorConfig())
    else { throw ModelFileError("its 'config' must be a JSON object") }
    if let unknown = given.keys.filter({ defaults[$0] == nil }).min() {
      throw ModelFileError("its 'config' has '\(unknown)', which this program does not know")
    }
    return try JSON.object(defaults.merging(given) { $1 }).decoded(as: GeneratorConfig.self)
  }

  private static func json(_ text: String, _ key: String) throws -> JSON {
    guard let value = try? JSONDecoder().decode(JSON.self, from: Data(text.utf8)) else {
      throw ModelFileError("its '\(key)' is not JSON")
    }
    return value
  }

  private static func reasonUnreadable(_ path: String) -> String {
    FileManager.default.fileExists(atPath: path) ? "cannot be read" : "does not exist"
  }

  /// - Source: Fowler, Noll, Vo, FNV-1a, 64 bits
  private static func fingerprint(_ data: Data) -> String {
    let hash = data.withUnsafeBytes { bytes in
      bytes.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}

private struct ModelFileError: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
