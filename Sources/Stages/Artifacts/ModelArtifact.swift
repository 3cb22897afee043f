import Faces
import Foundation
import Media
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
  /// Of the file's bytes, as hexadecimal digits; empty where there is no file.
  public let sha256: String

  public var config: GeneratorConfig { generator.config }

  /// A generator that is in memory only.
  public init(generator: Generator) {
    self.generator = generator
    card = nil
    path = ""
    sha256 = ""
  }

  /// Reads the model file at `path`.
  public init(path: String, device: Device = .cpu) throws {
    guard FileManager.default.fileExists(atPath: path) else {
      throw SafetensorsError(path: path, reason: "does not exist")
    }
    (generator, card) = try ModelFile.read(path, device: device)
    self.path = path
    sha256 = try SHA256.digits(ofFiles: [path])
  }

  /// The file of the model that the package carries, whether it is there or not.
  public static var embedded: String {
    ResourceFolder.path("default-model.safetensors", of: "Stages")
  }

  /// The model as what pictures were made of.
  var origin: Origin {
    let (name, sha256) = (URL(fileURLWithPath: path).lastPathComponent, sha256)
    return Origin(.model, name: name, title: card.map { ModelCard($0) }?.title) {
      guard !sha256.isEmpty else { throw ModelWithoutFile() }
      return sha256
    }
  }
}

/// A model that has no bytes to be told by.
private struct ModelWithoutFile: Error, CustomStringConvertible {
  var description: String { "is in memory only" }
}
