import ArgumentParser
import Faces
import Foundation
import Heads
import Media
import Stages
import Tensors

/// Fits the regression from landmarks to motion units on synthetic heads.
struct FitMotionCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fit-motion",
    abstract: "Fit the regression from face landmarks to motion on synthetic heads.",
    discussion: """
      Samples are rendered in batches of 1200, with 200 of other people to judge by, both of posed \
      and of acted expressions. With --cache batches are kept and used again. With --regression nothing \
      is fitted: that one is compared with what is measured on the --check videos.
      """)

  @Option(help: "Folder of the synthetic heads.") var heads: String?
  @Option(help: "File for the regression.") var out: String?
  @Option(help: "A regression to check, or 'default', instead of fitting one.")
  var regression: String?
  @Option(help: "Pictures of posed and of acted expressions to learn from.") var samples = 14400
  @Option(help: "Seed of people, expressions and cameras.") var seed: UInt64 = 1
  @Option(help: "Folder in which rendered batches are kept.") var cache: String?
  @Flag(help: "Only render batches into the cache.") var render = false
  @Option(help: "Videos to compare motion and measures on.") var check: [String] = []
  @Option(help: "Frames of each video.") var frames = 64
  @Option(help: "Folder for what was read of each video, frame by frame.") var tracks: String?

  private static let batch = 1200
  private static let judged = 200

  func validate() throws {
    if regression == nil, heads == nil || out == nil {
      throw ValidationError("fitting needs --heads and --out, checking --regression and --check")
    }
    if regression != nil, check.isEmpty {
      throw ValidationError("'--regression' needs '--check': a video to check it on")
    }
    for (name, number) in [("samples", samples), ("frames", frames)] where number < 1 {
      throw ValidationError("'--\(name)' must be above 0, not \(number)")
    }
  }

  func run() throws {
    Torch.threads = 1
    if let regression {
      let given =
        try regression == "default" ? MotionRegression() : MotionRegression(path: regression)
      for path in check { try compare(given, path) }
    } else if let heads, let out {
      try fit(heads, out)
    }
  }

  private func fit(_ heads: String, _ out: String) throws {
    let views = try HeadViews(folder: heads, seed: seed)
    var training = MotionSamples()
    var judging: [MotionSamples.Expressions: MotionSamples] = [:]
    for index in 0..<max(1, (samples + Self.batch - 1) / Self.batch) {
      let count = min(Self.batch, samples - index * Self.batch)
      let seed = seed &+ 2 &* UInt64(index)
      for kind in MotionSamples.Expressions.allCases {
        training.append(
          try batch("training", views, kind, count, heldOut: HeadViews.heldOut, seed: seed))
        judging[kind, default: MotionSamples()].append(
          try batch("judging", views, kind, Self.judged, heldOut: views.names, seed: seed &+ 1))
      }
    }
    if render { return }
    guard let fit = try MotionFit(training: training, judging: judging) else {
      throw ValidationError("\(training.samples.count) samples are too few to fit to")
    }
    try fit.regression.write(to: out)
    print(
      "\(training.samples.count) samples, penalty \(fit.penalty.units), of changes \(fit.penalty.changes)"
    )
    for kind in MotionSamples.Expressions.allCases {
      guard let scores = fit.scores[kind] else { continue }
      print("\n\(judging[kind]?.samples.count ?? 0) \(kind) samples of other people")
      print("unit           correlation  mean absolute error  of one person's  share")
      for score in scores {
        let name = "\(score.unit)".padding(toLength: 15, withPad: " ", startingAt: 0)
        print(
          name
            + String(
              format: "%11.3f  %19.3f  %15.3f  %5.3f", score.correlation, score.error,
              score.changes, score.share))
      }
    }
    for path in check { try compare(fit.regression, path) }
  }

  /// Prints how motion agrees with what can be measured directly, and how the estimates of people's faces do.
  private func compare(_ regression: MotionRegression, _ path: String) throws {
    let track = try MotionSamples.tracked(path, frames: frames)
    guard !track.isEmpty else {
      throw ValidationError("\(path): no face was found in its first \(frames) frames")
    }
    let motion = regression.motion(track: track)
    let raw = track.map { regression.estimate($0).units }
    let framing = try HeadFraming()
    let measures = track.map { landmarks in
      let framed = framing.framed(landmarks.face)
      return FaceMeasures(landmarks.face, pose: framed.pose, crop: framed.crop)
    }
    func pair(
      _ name: String, _ measure: (FaceMeasures) -> Double, _ units: [MotionUnit: Float]
    ) -> String {
      let values = [motion, raw].map { rows in
        MotionFit.correlation(
          measures.map(measure),
          rows.map { row in units.reduce(0) { $0 + Double(row[$1.key.rawValue] * $1.value) } })
      }
      return String(format: "%@ %.2f (%.2f)", name, values[0], values[1])
    }
    let name = URL(fileURLWithPath: path).lastPathComponent
    let pairs = [
      pair("jaw and lips", \.mouthOpening, [.jawOpen: 1]),
      pair("smile and width", \.mouthWidth, [.smile: 1]),
      pair(
        "brows and height", \.browHeight, [.browInnerUp: 1, .browOuterUp: 1, .browDown: -1]),
      pair("left lid", \.leftEyeOpening, [.blinkLeft: -1]),
      pair("right lid", \.rightEyeOpening, [.blinkRight: -1]),
    ]
    print("\(name): " + pairs.joined(separator: ", "))
    guard let tracks else { return }
    let units = regression.model.units
    let header = units + units.map { "\($0) over people" }
    let rows = track.indices.map { index in
      (motion[index] + raw[index]).map { String(format: "%.3f", $0) }
    }
    try FileManager.default.createDirectory(atPath: tracks, withIntermediateDirectories: true)
    let text = ([header] + rows).map { $0.joined(separator: ",") + "\n" }.joined()
    try OutputFile.write(Data(text.utf8), to: "\(tracks)/\(name).csv")
  }

  private func batch(
    _ name: String, _ views: HeadViews, _ kind: MotionSamples.Expressions, _ count: Int,
    heldOut: [String], seed: UInt64
  ) throws -> MotionSamples {
    let path = cache.map { "\($0)/\(name)-\(kind)-\(count)-\(seed).safetensors" }
    if let path, FileManager.default.fileExists(atPath: path) {
      return try MotionSamples(path: path)
    }
    let result = try MotionSamples.rendered(
      views.library, kind, people: (count + 5) / 6, pictures: 6, heldOut: heldOut, seed: seed)
    if let path { try result.write(to: path) }
    return result
  }
}
