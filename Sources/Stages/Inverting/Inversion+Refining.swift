import Foundation
import PV3D
import Pipeline
import Tensors

extension Inversion {
  /// Refines motion and camera of all frames, a few at a time.
  func refine(
    _ latents: inout LatentTrack, _ frames: Frames, _ reader: CropReader, _ context: RunContext
  ) async throws {
    let generator = try latents.generator()
    let refinement = FrameRefinement(
      generator, styles: latents.styles, steps: refiningSteps, options: InversionOptions())
    var done = goOn(&latents, context)
    var waiting: [InversionTarget] = []
    func finish() throws {
      let result = try refinement.refined(waiting, seed: context.stageSeed &+ UInt64(done))
      latents.motion.replaceSubrange(done..<done + waiting.count, with: result.motion)
      latents.cameras.replaceSubrange(done..<done + waiting.count, with: result.cameras)
      done += waiting.count
      waiting = []
      context.checkpoint("frames") { folder in
        try Safetensors.write(
          LatentTrack.tensors(motion: latents.motion, cameras: latents.cameras),
          to: Self.file(in: folder), metadata: ["done": "\(done)"])
      }
      context.progress(done, of: latents.count, "frames refined")
    }
    var index = 0
    var heap = HeapTrimming()
    for try await crop in frames.prefetched(1) {
      try Task.checkCancellation()
      guard index < latents.count else { break }
      defer { index += 1 }
      guard index >= done + waiting.count else { continue }
      waiting.append(
        try target(
          reader, crop, side: generator.config.imageResolution, over: latents.background, index,
          camera: latents.cameras[index], latents.motion[index]))
      if waiting.count == 4 { try finish() }
      heap.passed()
    }
    if !waiting.isEmpty { try finish() }
    latents.motion = MotionEdit.smoothed(latents.motion, 0.6)
  }

  /// Takes up what a run refined that was broken off.
  /// - Returns: how many frames are refined
  private func goOn(_ latents: inout LatentTrack, _ context: RunContext) -> Int {
    let count = latents.count
    let last = context.lastCheckpoint("frames") { folder in
      let file = try Safetensors(path: Self.file(in: folder))
      let (motion, cameras) = try LatentTrack.courses(in: file)
      guard let done = file.metadata["done"].flatMap({ Int($0) }), 0...count ~= done,
        motion.count == count, cameras.count == count
      else { throw SafetensorsError(path: file.path, reason: "is no checkpoint of these frames") }
      return (motion: motion, cameras: cameras, done: done)
    }
    guard let last else { return 0 }
    (latents.motion, latents.cameras) = (last.motion, last.cameras)
    return last.done
  }
}
