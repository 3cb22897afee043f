import ArgumentParser
import Foundation
import Media
import Pipeline
import Stages
import Tensors

/// What of a run decides what is made.
struct RunOptions: ParsableArguments {
  @Option(
    name: .customLong("set"), parsing: .unconditionalSingleValue,
    help: ArgumentHelp("Change a parameter.", valueName: "id.parameter=value"))
  var settings: [String] = []
  @Option(help: "The number from which all randomness is derived.") var seed: UInt64 = 0
  @Option(help: "Where networks compute: cpu or cuda.") var device = RunContext.Device.cpu
  @Option(help: "A preset of the document, whose parameters count before those of --set.")
  var preset: String?
  @Flag(help: "The preset 'fast': fewer steps, lower quality.") var fast = false

  /// The preset that is named in either way.
  var presetName: String? { preset ?? (fast ? "fast" : nil) }

  /// The plan of a document; prints what is wrong with it or with the options.
  ///
  /// - Parameter memory: bytes that the pictures a stage holds may take
  /// - Throws: the exit code
  func plan(
    of file: PipelineFile, in registry: StageRegistry = .builtIn, part: PartOptions,
    memory: Int, folder: URL
  ) throws -> (Plan, RunDocument) {
    do {
      let (plan, document) = try file.plan(
        preset: presetName, settings: settings, in: registry, part: part)
      try plan.checkDemands(memory: memory, folder: folder)
      return (plan, document)
    } catch let error as OverrideError {
      for issue in error.issues { printError("\(issue)") }
      throw ExitCode.validationFailure
    } catch let error as PipelineError {
      for line in file.lines(of: error) { printError(line) }
      throw ExitCode.wrongDocument
    }
  }
}

extension PipelineFile {
  /// The plan of the document with values changed, and the document as it names itself.
  ///
  /// - Throws: ``PipelineError`` or ``OverrideError``
  func plan(
    preset: String?, settings: [String], called name: String? = nil,
    in registry: StageRegistry = .builtIn, part: PartOptions
  ) throws -> (Plan, RunDocument) {
    let data = try data()
    var spec = try PipelineSpec(data: data)
    if let preset { spec = try spec.applying(preset: preset) }
    spec = try spec.overriding(settings, in: registry)
    let frames: [String]
    (spec, frames) = try part.applied(to: spec)
    let document = RunDocument(
      name: URL(fileURLWithPath: name ?? path).lastPathComponent,
      sha256: SHA256.digits(of: data), preset: preset, settings: settings + frames)
    do {
      let plan = try Plan(spec, registry: registry)
      return (try part.applied(to: plan), document)
    } catch let error as PipelineError {
      throw preset.map { spec.placing(error, in: $0) } ?? error
    }
  }
}

extension RunContext.Device: ExpressibleByArgument {
  /// Throws where there is no such device.
  func checkPresence() throws {
    guard self == .cuda, Device.gpu == nil else { return }
    throw ValidationError("'--device cuda': libtorch \(Torch.version) finds no CUDA device")
  }
}
