import Foundation
import Media
import PV3D
import Tensors

extension ModelEvaluation {
  /// How much a video moves whose source is a still.
  func jitter(_ files: PortraitClips) async throws -> EvaluationTable {
    var table = EvaluationTable(
      "Jitter of a static scene",
      note: """
        A still repeated as a video of \(settings.repeats) frames is cropped, inverted and drawn \
        again: the mean distance in pixels that a landmark of the face moves from one frame to the \
        next, and the mean absolute difference of a color, 0 to 255, of the crops and of the result, \
        both at the model's resolution. Once the frames are equal, so that all that moves would be \
        the pipeline's own; once each has noise of its own with a deviation of 3 of 255, as cameras \
        have.
        """, heading: "still",
      columns: [
        .init("crops, landmarks", .lower), .init("result, landmarks", .lower),
        .init("crops, pixels", .lower), .init("result, pixels", .lower),
      ], hasMeans: false)
    guard let file = files.chosen(settings.clips).first(where: \.isStill) else { return table }
    let subject = try await inversion(of: file, moves: true)
    for (label, deviation) in [("equal frames", Float(0)), ("noise", 3)] {
      progress("retarget: stillness, \(label)")
      let clip = try await CroppedClip(
        file.name, repeated(file.path, deviation: deviation),
        side: generator.config.imageResolution)
      var latents = subject.latents
      // The still's own person and rest, with motion and cameras found in each frame.
      let found = try await clip.moved(model)
      (latents.motion, latents.cameras) = (found.motion, found.cameras)
      (latents.times, latents.rate) = (found.times, found.rate)
      let result = try latents.drawn(Array(0..<latents.count))
      let before = try ObservedFrames(clip.crops).jitter
      let after = try ObservedFrames(result).jitter
      table.add(
        "\(file.name), \(label)",
        [before.landmarks, after.landmarks, before.pixels, after.pixels])
    }
    return table
  }

  /// A still as a video, with noise in each frame.
  private func repeated(_ path: String, deviation: Float) throws -> Frames {
    let still = try ImageFile.read(path)
    let source = RandomSource(seed: settings.seed).derived("stillness")
    let count = settings.repeats
    let info = Frames.Info(
      width: still.width, height: still.height, rate: Ratio(25, 1), estimatedCount: count)
    return Frames(info) {
      var index = 0
      return {
        guard index < count else { return nil }
        var frame = still
        (frame.time, frame.index) = (MediaTime(Int64(index), 25), index)
        if deviation > 0 {
          var random = source.derived("\(index)")
          let noise = try random.normal([frame.pixels.count]).floats()
          frame.pixels = zip(still.pixels, noise).map {
            UInt8(min(max(Float($0) + deviation * $1, 0), 255).rounded())
          }
        }
        index += 1
        return frame
      }
    }
  }
}
