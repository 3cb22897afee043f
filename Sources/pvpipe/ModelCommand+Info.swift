import ArgumentParser
import Stages

extension ModelCommand {
  /// Describes a file of weights.
  struct Info: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Tell what a model holds, what it was trained on, and where its limits are.")

    @Argument(
      help: "A model's safetensors file, or a checkpoint that torch.save wrote; the default model.")
    var file: String?

    func run() throws { print(try ModelSummary(path: file ?? ModelArtifact.embedded)) }
  }
}
