import Foundation
import TestSupport
import Testing

/// Memory of a whole re-enactment, which must not grow with the length of its video.
@Suite(.enabled(if: Workshop.hasCommands), .timeLimit(.minutes(60))) struct LongFootageTests {
  let shop: Workshop

  init() throws {
    shop = try Workshop("long")
    try SmallGenerator.write(to: shop.path("small.safetensors"))
    // Four seconds, 8 frames, with their sound.
    let actor = Shared.root.appendingPathComponent("examples/actor.mp4").path
    try shop.ffmpeg(
      "-i \(actor) -vf fps=2,scale=192:192 -preset ultrafast -crf 20 -c:a copy",
      shop.path("clip.mp4"))
  }

  /// The most memory that a re-enactment by so many seconds of video takes, in KiB.
  func peak(seconds: Int) throws -> Int {
    let clip = shop.path("\(seconds).mp4")
    try shop.ffmpeg("-stream_loop \(seconds / 4 - 1) -i \(shop.path("clip.mp4")) -c copy", clip)
    let settings = [
      "model.path=\(shop.path("small.safetensors"))", "source.path=\(clip)", "render.size=32",
      "source-face.size=96", "target-face.size=96", "target-latents.styleSteps=0",
      "target-latents.extendedSteps=0", "target-latents.tuningSteps=0",
      "target-latents.identityWeight=0", "source-latents.identityWeight=0",
      "target-latents.refiningSteps=0", "source-latents.refiningSteps=0",
    ]
    let script = """
      import resource, subprocess, sys
      done = subprocess.run(sys.argv[1:])
      print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
      sys.exit(done.returncode)
      """
    let result = try Program(
      URL(fileURLWithPath: "/usr/bin/python3"),
      [
        "-c", script, Program.place.path, "run", "pipelines/reenact.json", "--threads", "1",
        "--quiet", "--out", shop.folder.path,
      ] + settings.flatMap { ["--set", $0] }, in: Shared.root,
      environment: ["PVPIPE_CACHE": shop.path("cache")]
    ).result()
    #expect(result.status == 0, "\(result.errors)")
    let packets = try shop.probe(
      shop.path("reenact.mp4"), stream: "v", entries: "packet=pts_time")
    #expect(packets.count == 2 * seconds)
    return try #require(Int(result.output.trimmingCharacters(in: .whitespacesAndNewlines)))
  }

  // 40 and 1,200 frames. Landmarks alone would be 18 MB of the latter, held twice 36 MB.
  @Test func tenMinutesTakeTheMemoryOfTwentySeconds() throws {
    let (short, long) = (try peak(seconds: 20), try peak(seconds: 600))
    print("peak memory: \(short) KiB for 20 s, \(long) KiB for 10 minutes")
    #expect(Double(long) < 1.05 * Double(short), "\(short) KiB, then \(long) KiB")
  }
}
