import ArgumentParser
import Foundation
import PV3D
import Stages
import Tensors

/// Measures a model on synthetic heads.
struct EvaluateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Measure a model on synthetic heads whose truth is known.",
    discussion: """
      Writes report.md, report.json and contact sheets into the folder, and prints the report.
      """)

  enum Part: String, CaseIterable, ExpressibleByArgument {
    case known, expressions, views
    case heldOut = "held-out"
  }

  @Argument(help: "The model file.") var model: String
  @Option(help: "Folder of the synthetic heads.") var heads: String
  @Option(help: "Folder for the report and the pictures.") var out: String
  @Option(help: "How many known heads.") var count = 6
  @Option(help: "Seed of heads, expressions and cameras.") var seed: UInt64 = 1
  @Option(help: "Threads of one tensor operation.") var threads = 1
  @Option(parsing: .upToNextOption, help: "Which parts to measure.") var parts = Part.allCases
  @Option(help: "Measure the picture before super-resolution, cast with so many rays a side.")
  var raw: Int?
  @Option(help: "How many of the held-out heads are inverted.") var identities = 4
  @Option(help: "Steps of each inversion: half of them tune the generator.") var steps = 200

  func validate() throws {
    guard count > 0 else { throw ValidationError("'--count' must be above 0, not \(count)") }
    guard identities > 0 else {
      throw ValidationError("'--identities' must be above 0, not \(identities)")
    }
    guard steps > 0 else { throw ValidationError("'--steps' must be above 0, not \(steps)") }
    if let raw, raw < 1 { throw ValidationError("'--raw' must be above 0, not \(raw)") }
  }

  func run() async throws {
    Torch.threads = threads
    try FileManager.default.createDirectory(atPath: out, withIntermediateDirectories: true)
    var options = ModelEvaluation.Options()
    options.count = count
    options.seed = seed
    options.raw = raw
    let report = try withoutGradients {
      let views = try HeadViews(folder: heads, seed: seed)
      let evaluation = try ModelEvaluation(ModelFile.read(model).generator, views, options)
      var report = EvaluationReport(model: model, tables: [])
      for part in parts {
        let result = try measured(part, evaluation)
        report.tables.append(result.table)
        try result.sheet.write("\(out)/\(part.rawValue).png", comment: Synthesis.comment)
      }
      return report
    }
    try report.write(to: out)
    print(report.markdown)
  }

  private func measured(
    _ part: Part, _ evaluation: ModelEvaluation
  ) throws -> ModelEvaluation.Part {
    switch part {
    case .known: try evaluation.known()
    case .expressions: try evaluation.expressions()
    case .views: try evaluation.turned()
    case .heldOut:
      try evaluation.heldOut(
        Array(HeadViews.heldOut.prefix(identities)),
        by: ModelEvaluation.inversion(inversion, seed: seed) { line in
          FileHandle.standardError.write(Data("\(line)\n".utf8))
        })
    }
  }

  /// One part in five looks for one style, three in ten for a style of each layer.
  private var inversion: InversionOptions {
    var options = InversionOptions()
    options.styleSteps = steps / 5
    options.extendedSteps = steps * 3 / 10
    options.tuningSteps = steps - options.styleSteps - options.extendedSteps
    return options
  }
}
