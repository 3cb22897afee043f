import ArgumentParser
import Foundation
import Stages
import Tensors

/// Measures a model.
struct EvaluateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Measure a model on synthetic heads, on real clips and on its own samples.",
    discussion: """
      Writes report.md, report.json and contact sheets into the folder, and prints the report. \
      Finished parts are kept there: a second call with the same model and settings makes only what \
      is missing, and several calls with different parts may share a folder. Sheets of the parts \
      clips and retarget show the people of the clips.
      """)

  @Argument(help: "The model file, or 'default-model' for the one that the program carries.")
  var model: String
  @Option(help: "Folder of the synthetic heads.") var heads: String
  @Option(help: "Folder of real clips: videos in 'video', pictures in 'still'.") var clips: String?
  @Option(help: "Folder with the action network's weights, weights/i3d_k400_rgb.safetensors.")
  var assets: String?
  @Option(help: "Folder for the report and the pictures.") var out: String
  @Flag(help: "Little of everything, to see that all parts run.") var quick = false
  @Option(parsing: .upToNextOption, help: "Which parts to measure.")
  var parts = EvaluationPart.Name.allCases
  @Option(help: "Seed of heads, expressions, cameras and inversions.") var seed: UInt64 = 1
  @Option(help: "Threads of one tensor operation.") var threads = 1
  @Option(help: "How many known heads; 6 if not given.") var count: Int?
  @Option(help: "Measure known heads before super-resolution, cast with so many rays a side.")
  var raw: Int?
  @Option(help: "How many of the held-out heads are inverted; 4 if not given.")
  var identities: Int?
  @Option(help: "Steps of each inversion, 6 of 11 tune the generator; 220 if not given.")
  var steps: Int?
  @Option(help: "How many clips each set of the video distance has; 48 if not given.")
  var videos: Int?

  func validate() throws {
    let numbers = [
      "count": count, "identities": identities, "steps": steps, "raw": raw, "videos": videos,
      "threads": threads,
    ]
    for (name, number) in numbers.sorted(by: { $0.key < $1.key }) {
      if let number, number < 1 {
        throw ValidationError("'--\(name)' must be above 0, not \(number)")
      }
    }
    for (name, path) in ["clips": clips, "assets": assets, "heads": heads] {
      if let path, !FileManager.default.fileExists(atPath: path) {
        throw ValidationError("'--\(name)': \(path) does not exist")
      }
    }
  }

  func run() async throws {
    Torch.threads = threads
    let folder = try EvaluationFolder(out)
    let path = model == "default-model" ? ModelArtifact.embedded : model
    let evaluation = ModelEvaluation(
      try ModelArtifact(path: path), .init(heads: heads, clips: clips, assets: assets), settings)
    evaluation.progress = { FileHandle.standardError.write(Data("\($0)\n".utf8)) }
    var failures: [String] = []
    for part in parts {
      let origin = evaluation.origin(part)
      if folder.finished(part, origin: origin) != nil {
        evaluation.progress("\(part.rawValue): kept from before")
        continue
      }
      do {
        let clock = ContinuousClock()
        let start = clock.now
        let result = try await evaluation.measured(part)
        try folder.keep(
          result, as: part, origin: origin, seconds: (clock.now - start) / .seconds(1))
      } catch {
        failures.append("\(part.rawValue): \(error)")
        evaluation.progress(failures[failures.count - 1])
      }
      try folder.write(folder.report(of: model, origin: evaluation.origin))
    }
    let report = folder.report(of: model, origin: evaluation.origin)
    try folder.write(report)
    print(report.markdown)
    for failure in failures { printError(failure) }
    if !failures.isEmpty { throw ExitCode.failure }
  }

  private var settings: EvaluationSettings {
    var settings = quick ? .quick : EvaluationSettings()
    settings.seed = seed
    settings.raw = raw
    settings.count = count ?? settings.count
    settings.identities = identities ?? settings.identities
    settings.steps = steps ?? settings.steps
    settings.videos = videos ?? settings.videos
    return settings
  }
}

extension EvaluationPart.Name: ExpressibleByArgument {}
