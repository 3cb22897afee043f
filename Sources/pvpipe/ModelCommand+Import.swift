import ArgumentParser
import Foundation
import PV3D
import Stages
import Tensors

extension ModelCommand {
  /// Makes a model file of a checkpoint of the official code.
  struct Import: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Make a model file of a PV3D checkpoint that torch.save wrote.",
      discussion: """
        The checkpoint's pickle is read without running any of it. It tells the sizes of the network, \
        but not how rays are cast: these options say it, and default to PV3D's own values.
        """)

    @Argument(help: "The checkpoint.") var checkpoint: String
    @Argument(help: "The safetensors file that is written.") var out: String
    @Flag(help: "Take the generator's moving average (the default).") var ema = false
    @Flag(help: "Take the generator as it was trained.") var generator = false
    @Flag(help: "Take all tensors under their whole names.") var all = false
    @Flag(help: "Write 16-bit numbers.") var half = false
    @Option(help: "The side at which rays are cast: 64 or 128 for the official checkpoints.")
    var resolution = GeneratorConfig().renderingResolution
    @Option(help: "Coarse samples along a ray.") var samples = GeneratorConfig().depthSamples
    @Option(help: "Where rays start, in world units.") var rayStart = GeneratorConfig().rayStart
    @Option(help: "Where rays end, in world units.") var rayEnd = GeneratorConfig().rayEnd
    @Option(help: "Side of the cube that the planes cover.") var box = GeneratorConfig().boxWarp

    func validate() throws {
      guard [ema, generator, all].count(where: { $0 }) <= 1 else {
        throw ValidationError("'--ema', '--generator' and '--all' exclude each other")
      }
      guard (4...1024).contains(resolution) else {
        throw ValidationError("'--resolution' must be 4 to 1024, not \(resolution)")
      }
      guard (2...1024).contains(samples) else {
        throw ValidationError("'--samples' must be 2 to 1024, not \(samples)")
      }
      guard rayStart > 0, rayStart < rayEnd, rayEnd.isFinite else {
        throw ValidationError("'--ray-end' must be above '--ray-start', which must be above 0")
      }
      guard box > 0, box.isFinite else {
        throw ValidationError("'--box' must be above 0, not \(box)")
      }
    }

    func run() throws {
      let places = [checkpoint, out].map { URL(fileURLWithPath: $0).resolvingSymlinksInPath().path }
      guard places[0] != places[1] else {
        throw ValidationError("\(out): is the checkpoint itself, which must not be overwritten")
      }
      let selection: OfficialCheckpoint.Selection =
        all ? .all : generator ? .trained : .average
      let file = try OfficialCheckpoint(path: checkpoint)
      var config = try file.config(selection)
      config.renderingResolution = resolution
      config.depthSamples = samples
      (config.rayStart, config.rayEnd, config.boxWarp) = (rayStart, rayEnd, box)
      try file.write(selection, config: config, to: out, precision: half ? .half : .full)
      print(try ModelSummary(path: out))
    }
  }
}
