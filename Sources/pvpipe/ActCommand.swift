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
      result is one picture of the face nearly at rest. With --clips it is a folder that 'train' \
      reads: clips of as many people, and their cameras. PATH.json beside each file tells that it is \
      drawn.
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

  func validate() throws {
    func check<Value: Comparable>(
      _ name: String, _ value: Value?, _ range: ClosedRange<Value>
    ) throws {
      guard let value, !range.contains(value) else { return }
      throw ValidationError(
        "'--\(name)' must be \(range.lowerBound) to \(range.upperBound), not \(value)")
    }
    // Training reads clips of 16 frames, 25 a second.
    try check("seconds", seconds, (clips == nil ? 0.04 : 0.64)...3600)
    try check("size", size, 16...4096)
    try check("focal", focal, 0.5...50)
    try check("voice", voice, 20...2000)
    try check("clips", clips, 1...1_000_000)
  }

  func run() throws {
    if let clips {
      return try HeadClips(folder: heads, side: size, seed: seed)
        .write(
          clips, frames: Int(seconds * 25), quality: quality,
          saying: Synthesis(command: "act", seed: seed), to: out)
    }
    let views = try HeadViews(folder: heads, textureSize: 1024, seed: lookSeed)
    var sampler = try HeadSampler(library: views.library, seed: lookSeed)
    var look = sampler.look()
    if let identity { look.recipe = try views.library.recipe(identity) }
    let stage = ActingStage(
      look: look, head: try views.library.blend(look.recipe), focal: focal, size: size)
    let clip = ActingClip(seed: seed, seconds: seconds, rate: 25)
    try film(still ? [stage.rest] : clip.frames.map { stage.scene($0) })
    guard !still else { return }
    let sound = URL(fileURLWithPath: out).deletingPathExtension().appendingPathExtension("wav")
    let fine = ActingClip(seed: seed, seconds: seconds, rate: 200)
    try OutputFile.write(Voice(fine, pitch: voice).wave, to: sound.path)
  }

  /// Writes the video or the picture, and beside it how it was made.
  private func film(_ scenes: [Scene]) throws {
    let synthesis = Synthesis(command: "act", seed: seed)
    let sidecar = try Sidecar(of: out, saying: synthesis)
    let rate = Ratio(25, 1)
    let writer = try VideoWriter(
      path: out, width: size, height: size, timeBase: rate.inverse, frameRate: rate,
      quality: quality, metadata: synthesis.metadata)
    let rasterizer = Rasterizer()
    for (index, scene) in scenes.enumerated() {
      let image = rasterizer.render(scene, size: size).image
      try writer.write(
        RGBFrame(
          width: size, height: size, pixels: image.pixels,
          time: MediaTime(ticks: Int64(index), of: rate.inverse), index: index))
    }
    try writer.complete()
    try sidecar.appear(with: writer)
  }
}
