import ArgumentParser
import Foundation
import Heads
import Media
import Stages

/// Films a synthetic head that talks, or photographs it.
struct ActCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "act",
    abstract: "Film synthetic heads that talk, blink and turn.",
    discussion: """
      The voice is written beside the video as a .wav file of the same name. With --still the \
      result is one picture of the face nearly at rest. With --clips the result is a folder that \
      'train' reads: clips of as many people, and their cameras.
      """)

  @Option(help: "Folder of the synthetic heads.") var heads: String
  @Option(help: "Video, picture with --still, or folder with --clips.") var out: String
  @Option(help: "Seed of the performance.") var seed: UInt64 = 1
  @Option(help: "Seed of the person and the light.") var lookSeed: UInt64 = 1
  @Option(help: "Identity to show as it is; a random blend where none is named.")
  var identity: String?
  @Option(help: "Length of the video.") var seconds = 4.0
  @Option(help: "Width and height in pixels.") var size = 512
  @Option(help: "Focal length in widths of the picture.") var focal = 2.6
  @Option(help: "Pitch of the voice in hertz.") var voice = 120.0
  @Option(help: "Quality of the encoder; the lower, the better.") var quality: Int?
  @Option(help: "Film so many people for training, before the middle gray.") var clips: Int?
  @Flag(help: "Write one picture.") var still = false

  func run() throws {
    if let clips {
      return try HeadClips(folder: heads, side: size, seed: seed)
        .write(clips, frames: Int(seconds * 25), quality: quality, to: out)
    }
    let views = try HeadViews(folder: heads, textureSize: 1024, seed: lookSeed)
    var sampler = try HeadSampler(library: views.library, seed: lookSeed)
    var look = sampler.look()
    if let identity { look.recipe = try views.library.recipe(identity) }
    let stage = ActingStage(
      look: look, head: try views.library.blend(look.recipe), focal: focal, size: size)
    let rasterizer = Rasterizer()
    if still {
      let image = rasterizer.render(stage.rest, size: size).image
      let frame = RGBFrame(width: size, height: size, pixels: image.pixels)
      return try ImageFile.write(frame, out, quality: quality)
    }
    let clip = ActingClip(seed: seed, seconds: seconds, rate: 25)
    let rate = Ratio(25, 1)
    let writer = try VideoWriter(
      path: out, width: size, height: size, timeBase: rate.inverse, frameRate: rate,
      quality: quality)
    for (index, moment) in clip.frames.enumerated() {
      let image = rasterizer.render(stage.scene(moment), size: size).image
      try writer.write(
        RGBFrame(
          width: size, height: size, pixels: image.pixels,
          time: MediaTime(ticks: Int64(index), of: rate.inverse), index: index))
    }
    try writer.finish()
    let sound = URL(fileURLWithPath: out).deletingPathExtension().appendingPathExtension("wav")
    let fine = ActingClip(seed: seed, seconds: seconds, rate: 200)
    try Voice(fine, pitch: voice).wave.write(to: sound)
  }
}
