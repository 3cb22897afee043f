import ArgumentParser
import Stages

extension ModelCommand {
  /// Describes a file of weights.
  struct Info: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Tell what a model file or a PV3D checkpoint holds.")

    @Argument(help: "A model's safetensors file, or a checkpoint that torch.save wrote.")
    var file: String

    func run() throws { print(try ModelSummary(path: file)) }
  }
}
