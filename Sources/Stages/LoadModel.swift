import Foundation
public import Pipeline
import Tensors

/// Loads a trained generator.
public struct LoadModel: Stage {
  public static let name = "model"
  public static let summary = "Loads a trained generator."
  public static let model = Port<ModelArtifact>("model")
  public static let outputs: [any AnyPort] = [model]

  @Parameter("The model's safetensors file; empty for the one the package carries.")
  public var path = ""

  public init() {}

  public func run(_ inputs: Ports, in context: RunContext) async throws -> Ports {
    let path = path.isEmpty ? ModelFile.embedded : path
    if self.path.isEmpty, !FileManager.default.fileExists(atPath: path) {
      throw ParameterError(
        "path", "must name a model, for this build of the package carries none")
    }
    let model = try ModelFile.read(path, device: context.device == .cuda ? .cuda : .cpu)
    return Ports(Self.model, model)
  }
}
