public import PV3D
public import Pipeline

/// A trained generator and what is known of it.
public struct ModelArtifact: Artifact {
  public static let kind = "model"

  public let generator: Generator
  /// What the model was trained on, by which command, and how well it does.
  public let card: JSON
  public let path: String
  /// 16 hexadecimal digits that differ where the file's bytes do; no proof against forgery.
  public let fingerprint: String

  public var config: GeneratorConfig { generator.config }

  public init(generator: Generator, card: JSON, path: String, fingerprint: String) {
    self.generator = generator
    self.card = card
    self.path = path
    self.fingerprint = fingerprint
  }
}
