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
  @Option(help: "Parts measured at once: 1 or 2.") var jobs = 2
  @Option(help: "Threads of one tensor operation of each.") var threads = 1
  @Option(help: "How many known heads; 6 if not given.") var count: Int?
  @Option(help: "Measure known heads before super-resolution, cast with so many rays a side.")
  var raw: Int?
  @Option(help: "How many of the held-out heads are inverted; 4 if not given.")
  var identities: Int?
  @Option(help: "Steps of each inversion, 12 of 17 tune the generator; 340 if not given.")
  var steps: Int?
  @Option(help: "How many real clips are reconstructed; 6 if not given.") var portraits: Int?
  @Option(
    help: "How many heads, and clips, a control inverts too, 0 for none; 2 if not given.")
  var controls: Int?
  @Option(help: "How many clips each set of the video distance has; 48 if not given.")
  var videos: Int?

  func validate() throws {
    try ThreadCount.check(threads)
    let numbers = [
      "count": count, "identities": identities, "steps": steps, "raw": raw, "videos": videos,
      "portraits": portraits, "jobs": jobs,
    ]
    for (name, number) in numbers.sorted(by: { $0.key < $1.key }) {
      if let number, number < 1 {
        throw ValidationError("'--\(name)' must be above 0, not \(number)")
      }
    }
    if let controls, controls < 0 {
      throw ValidationError("'--controls' must be 0 or more, not \(controls)")
    }
    if let videos, videos < 2 {
      throw ValidationError("'--videos' must be above 1, for sets are halved, not \(videos)")
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
    let artifact = try ModelArtifact(path: path)
    let folders = ModelEvaluation.Folders(heads: heads, clips: clips, assets: assets)
    let settings = settings
    let name = model
    let failures = await withTaskGroup(of: [String].self) { group in
      for share in shares {
        group.addTask {
          let evaluation = ModelEvaluation(artifact, folders, settings)
          evaluation.progress = Self.tell
          var failures: [String] = []
          for part in share {
            do {
              try await Self.make(part, evaluation, folder)
              try folder.write(folder.report(of: name, origin: evaluation.origin))
            } catch {
              failures.append("\(part.rawValue): \(error)")
            }
          }
          return failures
        }
      }
      return await group.reduce([], +)
    }
    let origin = ModelEvaluation(artifact, folders, settings).origin
    let report = folder.report(of: name, origin: origin)
    try folder.write(report)
    print(report.markdown)
    for failure in failures { printError(failure) }
    if !failures.isEmpty { throw ExitCode.failure }
  }

  /// The parts of each job: those that share the inversions of clips stay together.
  private var shares: [[EvaluationPart.Name]] {
    let inOrder = EvaluationPart.Name.allCases.filter(parts.contains)
    guard jobs > 1 else { return [inOrder] }
    let ofClips: [EvaluationPart.Name] = [.clips, .retarget]
    return [inOrder.filter { !ofClips.contains($0) }, inOrder.filter(ofClips.contains)]
      .filter { !$0.isEmpty }
  }

  /// Measures a part and keeps it, unless it is there.
  private static func make(
    _ part: EvaluationPart.Name, _ evaluation: ModelEvaluation, _ folder: EvaluationFolder
  ) async throws {
    let origin = evaluation.origin(part)
    guard folder.finished(part, origin: origin) == nil else {
      return tell("\(part.rawValue): kept from before")
    }
    let clock = ContinuousClock()
    let start = clock.now
    let result = try await evaluation.measured(part)
    try folder.keep(result, as: part, origin: origin, seconds: (clock.now - start) / .seconds(1))
  }

  @Sendable private static func tell(_ line: String) { printError(line) }

  private var settings: EvaluationSettings {
    var settings = quick ? .quick : EvaluationSettings()
    settings.seed = seed
    settings.raw = raw
    settings.count = count ?? settings.count
    settings.identities = identities ?? settings.identities
    settings.steps = steps ?? settings.steps
    settings.clips = portraits ?? settings.clips
    settings.controls = controls ?? settings.controls
    settings.videos = videos ?? settings.videos
    return settings
  }
}

extension EvaluationPart.Name: ExpressibleByArgument {}
