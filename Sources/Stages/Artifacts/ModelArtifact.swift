import Foundation
public import PV3D
public import Pipeline
public import Tensors

/// A trained generator and what is known of it.
public struct ModelArtifact: Artifact {
  public static let kind = "model"

  public let generator: Generator
  /// What the model was trained on, by which command, and how well it does, as JSON text.
  public let card: String?
  public let path: String
  /// 16 hexadecimal digits that differ where the file's bytes do; no proof against forgery.
  public let fingerprint: String

  public var config: GeneratorConfig { generator.config }

  /// A generator that is in memory only.
  public init(generator: Generator) {
    self.generator = generator
    card = nil
    path = ""
    fingerprint = ""
  }

  /// Reads the model file at `path`.
  public init(path: String, device: Device = .cpu) throws {
    guard FileManager.default.fileExists(atPath: path) else {
      throw SafetensorsError(path: path, reason: "does not exist")
    }
    (generator, card) = try ModelFile.read(path, device: device)
    self.path = path
    fingerprint = Self.fingerprint(
      try Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped))
  }

  /// The file of the model that the package carries, whether it is there or not.
  public static var embedded: String {
    Bundle.module.bundleURL.appendingPathComponent("Resources/default-model.safetensors").path
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
