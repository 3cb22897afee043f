import ArgumentParser
import Faces
import Foundation
import Heads
import Stages
import Tensors

/// Fits the regression from landmarks to motion units on synthetic heads.
struct FitMotionCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fit-motion",
    abstract: "Fit the regression from face landmarks to motion on synthetic heads.",
    discussion: """
      Samples are rendered in batches of 1200, with 200 of other people to judge by, both of posed \
      and of acted expressions. With --cache \
      batches are kept and used again.
      """)

  @Option(help: "Folder of the synthetic heads.") var heads: String
  @Option(help: "File for the regression.") var out: String
  @Option(help: "Pictures of posed and of acted expressions to learn from.") var samples = 2400
  @Option(help: "Seed of people, expressions and cameras.") var seed: UInt64 = 1
  @Option(help: "Folder in which rendered batches are kept.") var cache: String?
  @Flag(help: "Only render batches into the cache.") var render = false
  @Option(help: "Videos to compare motion and measures on.") var check: [String] = []
  @Option(help: "Frames of each video.") var frames = 64
  @Option(help: "Folder for the tracks of the videos.") var tracks: String?

  private static let batch = 1200
  private static let judged = 200

  func run() throws {
    Torch.threads = 1
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
    print("\(training.samples.count) samples, penalty \(fit.penalty)")
    for kind in MotionSamples.Expressions.allCases {
      guard let scores = fit.scores[kind] else { continue }
      print("\n\(judging[kind]?.samples.count ?? 0) \(kind) samples of other people")
      print("unit           correlation  mean absolute error")
      for score in scores {
        let name = "\(score.unit)".padding(toLength: 15, withPad: " ", startingAt: 0)
        print(name + String(format: "%11.3f  %.3f", score.correlation, score.error))
      }
    }
    for path in check { try compare(fit.regression, path) }
  }

  /// Prints how motion agrees with what can be measured directly.
  private func compare(_ regression: MotionRegression, _ path: String) throws {
    let track = try MotionSamples.tracked(path, frames: frames)
    let motion = regression.motion(track: track)
    func values(_ unit: MotionUnit) -> [Double] { motion.map { Double($0[unit.rawValue]) } }
    func gap(_ face: Face, _ a: Int, _ b: Int) -> Double {
      let offset = face.pixel(a) - face.pixel(b)
      return (offset * offset).sum().squareRoot()
    }
    let lips = track.map { gap($0.face, 13, 14) / gap($0.face, 33, 263) }
    let left = track.map { gap($0.face, 386, 374) / gap($0.face, 362, 263) }
    let right = track.map { gap($0.face, 159, 145) / gap($0.face, 33, 133) }
    let name = URL(fileURLWithPath: path).lastPathComponent
    print(
      String(
        format: "%@: jawOpen and lips %.3f, blinks and lids %.3f %.3f", name,
        MotionFit.correlation(values(.jawOpen), lips),
        -MotionFit.correlation(values(.blinkLeft), left),
        -MotionFit.correlation(values(.blinkRight), right)))
    guard let tracks else { return }
    let raw = track.map { regression.estimate($0) }
    let rows = track.indices.map { index in
      ([lips[index], left[index], right[index]].map { String(format: "%.4f", $0) }
        + (motion[index] + raw[index]).map { String(format: "%.3f", $0) }).joined(separator: ",")
    }
    try Data((rows.joined(separator: "\n") + "\n").utf8).write(
      to: URL(fileURLWithPath: "\(tracks)/\(name).csv"))
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
