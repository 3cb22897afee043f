import Foundation
import Heads
import Stages

/// Counts how many synthetic heads are drawn in a second: `heads-benchmark HEADS [SIDE] [THREADS]`.
///
/// Random looks, expressions and cameras, four samples a pixel; the best of three rounds of 240 pictures.
@main
struct HeadsBenchmark {
  static func main() throws {
    let arguments = Array(CommandLine.arguments.dropFirst())
    guard let folder = arguments.first else {
      print("usage: heads-benchmark HEADS [SIDE] [THREADS]")
      exit(64)
    }
    let numbers = arguments.dropFirst().compactMap { Int($0) }
    let side = numbers.first ?? 128
    let threads = numbers.dropFirst().first ?? 2
    let library = try HeadLibrary(
      folder: URL(fileURLWithPath: folder), textureSize: 256, decodeImage: HeadViews.decodedImage)
    var sampler = try HeadSampler(library: library, seed: 1)
    var scenes: [Scene] = []
    for _ in 0..<24 {
      let look = sampler.look()
      let head = try library.blend(look.recipe)
      for _ in 0..<10 {
        scenes.append(
          look.scene(head, expression: sampler.expression(), camera: sampler.camera()))
      }
    }
    var best = Duration.seconds(1_000_000)
    for _ in 0..<3 {
      best = min(
        best,
        ContinuousClock().measure {
          _ = Rasterizer.render(scenes, size: side, threads: threads)
        })
    }
    let seconds = Double(best.components.seconds) + Double(best.components.attoseconds) * 1e-18
    print(
      String(
        format: "%d pixels, %d threads: %.0f frames/s", side, threads,
        Double(scenes.count) / seconds))
  }
}
