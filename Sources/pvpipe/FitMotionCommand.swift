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
    abstract: "Fit the regression from face landmarks to motion on synthetic heads.")

  @Option(help: "Folder of the synthetic heads.") var heads: String
  @Option(help: "File for the regression.") var out: String
  @Option(help: "Pictures to learn from.") var samples = 6000
  @Option(help: "Seed of people, expressions and cameras.") var seed: UInt64 = 1
  @Option(help: "Folder in which rendered samples are kept, to be used again.") var cache: String?
  @Option(help: "Videos to compare motion and measures on.") var check: [String] = []

  func run() throws {
    Torch.threads = 1
    let views = try HeadViews(folder: heads, seed: seed)
    let training = try kept("training", views, samples, heldOut: HeadViews.heldOut, seed: seed)
    let judging = try kept(
      "judging", views, max(samples / 6, 60), heldOut: views.names, seed: seed &+ 1)
    print(training.samples.count, judging.samples.count)
    for path in check {
      let track = try MotionSamples.tracked(path, frames: 64)
      let zeros = [Float](repeating: 0, count: MotionUnit.allCases.count)
      try MotionSamples(
        track.map { MotionSamples.Sample(landmarks: $0, units: zeros, person: 0) }
      ).write(to: out + "-" + URL(fileURLWithPath: path).lastPathComponent)
    }
  }

  private func kept(
    _ name: String, _ views: HeadViews, _ count: Int, heldOut: [String], seed: UInt64
  ) throws -> MotionSamples {
    let path = cache.map { "\($0)/\(name)-\(count)-\(seed).safetensors" }
    if let path, FileManager.default.fileExists(atPath: path) {
      return try MotionSamples(path: path)
    }
    let people = (count + 5) / 6
    let result = try MotionSamples.rendered(
      views.library, people: people, expressions: 6, heldOut: heldOut, seed: seed
    ) { done in
      if done % 50 == 0 {
        FileHandle.standardError.write(Data("\(name): \(done) of \(people) people\n".utf8))
      }
    }
    if let path { try result.write(to: path) }
    return result
  }
}
