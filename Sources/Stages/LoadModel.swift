import Foundation
public import Pipeline
import Tensors

/// Loads a trained generator.
public struct LoadModel: Stage {
  public static let name = "model"
  public static let summary = "Loads a trained generator."
  public static let model = Port<ModelArtifact>("model")
  public static let outputs: [any AnyPort] = [model]
  public static let influences: Set<Influence> = [.device]

  @Parameter("The model's safetensors file; empty takes the one that the package carries.")
  public var path = ""

  public init() {}

  public var sourceFiles: [String: [String]] {
    ["path": [path.isEmpty ? ModelArtifact.embedded : path]]
  }

  public func validate() throws { try RereadableFile.check(path, of: "path") }

  public func run(_ inputs: Ports, in context: RunContext) async throws -> Ports {
    let embedded = ModelArtifact.embedded
    if path.isEmpty, !FileManager.default.fileExists(atPath: embedded) {
      throw ParameterError("path", "must name a model, for this build carries none of its own")
    }
    let model = try ModelArtifact(
      path: path.isEmpty ? embedded : path, device: context.device == .cuda ? .cuda : .cpu)
    return Ports(Self.model, model).made(of: model.origin)
  }
}
