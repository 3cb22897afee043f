import Foundation
import Media
import TestSupport
import Testing

@Suite(.enabled(if: Workshop.hasCommands)) struct AudioTests {
  let shop: Workshop

  init() throws { shop = try Workshop() }

  /// Decodes `source` and encodes it again with its audio, the first `limit` frames of it.
  func remake(_ source: String, _ result: String, limit: Int = .max) throws {
    let reader = try VideoReader(path: shop.path(source))
    #expect(reader.hasAudio)
    let writer = try VideoWriter(
      path: shop.path(result), width: reader.width, height: reader.height,
      timeBase: reader.timeBase, frameRate: try #require(reader.frameRate),
      audioFrom: shop.path(source))
    while writer.frameCount < limit, let frame = try reader.next() { try writer.write(frame) }
    try writer.finish()
  }

  /// Time, size and digest of every packet of an audio stream.
  func packets(_ file: String, _ stream: String = "a:0", digestAlone: Bool = false) throws
    -> [String]
  {
    try shop.probe(
      file, stream: stream, entries: "packet=\(digestAlone ? "" : "pts_time,")size,data_hash",
      "-show_data_hash", "md5"
    )
    // What trims the start of a stream stands on a line of its own.
    .joined(separator: "\n").replacing("\n,", with: ",").split(separator: "\n").map(String.init)
  }

  @Test(arguments: ["mp4", "mov"]) func everyPacketOfEveryStreamIsKept(suffix: String) throws {
    try shop.ffmpeg(
      "-f lavfi -i testsrc=s=160x120:r=30:d=2 -f lavfi -i sine=d=2.4:r=44100 "
        + "-f lavfi -i sine=f=900:d=1 -map 0 -map 1 -map 2 -c:v libx264 -pix_fmt yuv420p -c:a:0 aac -c:a:1 libmp3lame "
        + "-video_track_timescale 90000 in.\(suffix)")
    try remake("in.\(suffix)", "out.\(suffix)")
    #expect(try packets("in.\(suffix)").count == 105)
    for stream in ["a:0", "a:1"] {
      #expect(try packets("out.\(suffix)", stream) == packets("in.\(suffix)", stream))
    }
    let (source, result) = (
      try frames(shop.path("in.\(suffix)")), try frames(shop.path("out.\(suffix)"))
    )
    #expect(result.count == 60 && result.map(\.time) == source.map(\.time))
    #expect(result.map(\.duration) == source.map(\.duration))
    for (one, other) in zip(result, source) { #expect(signalToNoise(one, other) > 31) }
  }

  @Test(arguments: [("flac", "mkv"), ("libopus", "mkv"), ("pcm_s16le", "mov"), ("ac3", "avi")])
  func otherContainersKeepTheBytes(codec: String, suffix: String) throws {
    try shop.ffmpeg(
      "-f lavfi -i testsrc=s=160x120:r=25:d=1 -f lavfi -i sine=d=1:r=48000 -c:v libx264 -bf 0 "
        + "-c:a \(codec) in.\(suffix)")
    try remake("in.\(suffix)", "out.\(suffix)")
    let source = try packets("in.\(suffix)", digestAlone: true)
    #expect(try packets("out.\(suffix)", digestAlone: true) == source)
    #expect(
      try frames(shop.path("out.\(suffix)")).map(\.time)
        == frames(shop.path("in.\(suffix)")).map(\.time))
  }

  @Test func aTransportStreamBecomesAnMP4() throws {
    try shop.ffmpeg(
      "-f lavfi -i testsrc=s=160x120:r=25:d=1 -f lavfi -i sine=d=1 -c:v libx264 -c:a aac in.ts")
    try remake("in.ts", "out.mp4")
    let (source, result) = (try frames(shop.path("in.ts")), try frames(shop.path("out.mp4")))
    #expect(result.map(\.time) == source.map(\.time))
    let times = try ["in.ts", "out.mp4"].map {
      try shop.probe($0, stream: "a", entries: "packet=pts_time").compactMap {
        Double($0.prefix { $0 != "," })
      }
    }
    #expect(times[0].count == times[1].count && times[0].count > 40)
    for (one, other) in zip(times[0], times[1]) { #expect(abs(one - other) < 3e-5) }
  }

  @Test func audioEndsWithVideoThatEndsEarly() throws {
    try shop.ffmpeg(
      "-f lavfi -i testsrc=s=160x120:r=25:d=4 -f lavfi -i sine=d=4:r=48000 -c:v libx264 -c:a aac "
        + "in.mp4")
    try remake("in.mp4", "out.mp4", limit: 30)
    let (source, result) = (try packets("in.mp4"), try packets("out.mp4"))
    // 1.2 s are 56.25 packets of 1024 samples after the one of priming.
    #expect(result.count == 58)
    #expect(result == Array(source.prefix(58)))
  }

  @Test func audioThatTheContainerCannotHoldIsNamed() throws {
    try shop.ffmpeg(
      "-f lavfi -i testsrc=s=160x120:r=25:d=1 -f lavfi -i sine=d=1 -c:v libx264 -c:a pcm_s16le "
        + "in.mkv")
    let error = try #require(throws: MediaError.self) { try remake("in.mkv", "out.mp4") }
    #expect(
      error.message == "cannot hold the source's audio (pcm_s16le); a .mkv file can")
    #expect(try shop.names == ["in.mkv"])
  }

  @Test(.enabled(if: Shared.has("clips/video/d18.mp4"))) func aRealClipKeepsItsTimesAndSound()
    throws
  {
    let name = "a clip, é.mp4"
    try FileManager.default.copyItem(
      at: Shared.folder.appendingPathComponent("clips/video/d18.mp4"),
      to: URL(fileURLWithPath: shop.path(name)))
    try remake(name, "out ü.mp4")
    #expect(try packets("out ü.mp4") == packets(name))
    let (source, result) = (
      try VideoReader(path: shop.path(name)), try VideoReader(path: shop.path("out ü.mp4"))
    )
    while let frame = try source.next() {
      let other = try #require(try result.next())
      #expect(other.time == frame.time && other.duration == frame.duration)
      #expect(signalToNoise(other, frame) > 38)
    }
    #expect(try result.next() == nil)
  }
}
