import ArgumentParser
import Foundation
import PV3D
import Stages
import Tensors

extension ModelCommand {
  /// Puts a model card into a model file.
  struct Card: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Show the card of a model, or write the model with a new one.")

    @Argument(help: "The model file; the default model.") var model: String?
    @Option(help: "A text file that becomes the card.") var text: String?
    @Option(help: "Where the model with its card is written, in 16 bits.") var out: String?

    func validate() throws {
      guard (text == nil) == (out == nil) else {
        throw ValidationError("'--text' and '--out' belong together: a new card needs a new file")
      }
    }

    func run() throws {
      let model = model ?? ModelArtifact.embedded
      let (generator, card) = try ModelFile.read(model)
      guard let text, let out else {
        print(card ?? "\(model): has no card")
        return
      }
      guard let words = try? String(contentsOfFile: text, encoding: .utf8) else {
        throw ValidationError("\(text): cannot be read as text")
      }
      let tensors = generator.parameters.merging(generator.buffers) { first, _ in first }
      try ModelFile.write(tensors, config: generator.config, card: words, to: out)
    }
  }
}
