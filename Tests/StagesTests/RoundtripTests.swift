import Foundation
import Media
import Pipeline
import Stages
import TestSupport
import Testing

@Suite struct RoundtripTests {
  @Test func pixelsComeBackEqualThroughFFV1() async throws {
    let shop = try Workshop("roundtrip")
    let frames = synthetic(count: 12)
    let context = RunContext(folder: shop.folder)
    try await encode(
      Frames(frames, rate: Ratio(25, 1)), Encode(path: "a.mkv", codec: .ffv1), in: context)
    let back = try await collected(try await decoded(Decode(path: shop.path("a.mkv"))))
    #expect(back.map(\.pixels) == frames.map(\.pixels))
    #expect(back.map(\.time) == frames.map(\.time))
  }

  @Test(.enabled(if: Workshop.hasCommands))
  func countTimesAndAudioAreKept() async throws {
    let shop = try Workshop("roundtrip")
    // Times that are not evenly spaced: every third frame is dropped.
    try shop.ffmpeg(
      "-f lavfi -i testsrc2=size=96x64:rate=30000/1001:duration=2 -f lavfi "
        + "-i sine=frequency=440:duration=2 -vf select=mod(n\\,3) -fps_mode vfr "
        + "-pix_fmt yuv420p -c:a aac \(shop.path("in.mp4"))")
    let source = try await decoded(Decode(path: shop.path("in.mp4")))
    let output = shop.path("out.mp4")
    try await encode(source, Encode(path: output), in: RunContext())
    let before = try await collected(source)
    let after = try await collected(try await decoded(Decode(path: output)))
    #expect(before.count == 40)
    #expect(after.map(\.time) == before.map(\.time))
    let packets = "packet=pts_time,size"
    let sound = try shop.probe(output, stream: "a", entries: packets)
    #expect(sound.count > 80)
    #expect(try sound == shop.probe(shop.path("in.mp4"), stream: "a", entries: packets))
  }

  @Test(.enabled(if: Workshop.hasCommands))
  func audioThatTheFileCannotHoldIsLeftOutWithANote() async throws {
    let shop = try Workshop("roundtrip")
    try shop.ffmpeg(
      "-f lavfi -i testsrc2=size=96x64:duration=1 -f lavfi -i sine=duration=1 "
        + "-c:v libx264 -c:a pcm_s16le \(shop.path("in.mkv"))")
    let source = try await decoded(Decode(path: shop.path("in.mkv")))
    let notes = Notes()
    let context = RunContext(folder: shop.folder) { notes.take($0) }
    try await encode(source, Encode(path: "out.mp4"), in: context)
    #expect(notes.all.count == 1)
    #expect(notes.all.first?.hasPrefix("audio is left out: ") == true)
    #expect(try await collected(decoded(Decode(path: shop.path("out.mp4")))).count == 25)
    #expect(try shop.names == ["in.mkv", "out.mp4"])
  }

  @Test(.enabled(if: Workshop.hasCommands), arguments: [(0, 7), (5, 4), (20, 100)])
  func aRangeOfFramesIsTaken(_ start: Int, _ count: Int) async throws {
    let shop = try Workshop("range")
    try shop.ffmpeg("-f lavfi -i testsrc2=size=64x48:duration=1 -c:v ffv1 \(shop.path("in.mkv"))")
    let all = try await collected(try await decoded(Decode(path: shop.path("in.mkv"))))
    let stage = Decode(path: shop.path("in.mkv"), start: start, count: count)
    let some = try await decoded(stage)
    let range = start..<min(start + count, 25)
    let frames = try await collected(some)
    #expect(some.info.estimatedCount == range.count)
    #expect(frames.map(\.pixels) == all[range].map(\.pixels))
    #expect(frames.map(\.index) == Array(0..<range.count))
    #expect(frames.map(\.time.seconds).first == 0)
  }

  @Test(.enabled(if: Workshop.hasCommands))
  func aStartBeyondTheEndIsAnError() async throws {
    let shop = try Workshop("range")
    let path = shop.path("in.mkv")
    try shop.ffmpeg("-f lavfi -i testsrc2=size=64x48:duration=1 -c:v ffv1 \(path)")
    let frames = try await decoded(Decode(path: path, start: 25))
    let error = await #expect(throws: ParameterError.self) { try await collected(frames) }
    #expect(
      error?.description
        == "'start' must be below 25, the number of frames in '\(path)', not 25")
  }

  @Test func aPictureIsOneFrame() async throws {
    let shop = try Workshop("still")
    let frame = synthetic(count: 1)
    try await encode(
      Frames(frame, rate: Ratio(25, 1)), Encode(path: "a.png"),
      in: RunContext(folder: shop.folder))
    let back = try await decoded(Decode(path: shop.path("a.png")))
    #expect(back.info.estimatedCount == 1)
    #expect(try await collected(back).map(\.pixels) == frame.map(\.pixels))
  }

  @Test func aFailureLeavesNeitherFileNorFolder() async throws {
    struct Torn: Error {}
    let shop = try Workshop("torn")
    let frames = Frames(synthetic(count: 9), rate: Ratio(25, 1)).eachFrame { frame in
      if frame.index == 5 { throw Torn() }
      return frame
    }
    await #expect(throws: Torn.self) {
      try await encode(
        frames, Encode(path: "new/folder/a.mp4"), in: RunContext(folder: shop.folder))
    }
    #expect(try shop.names == [])
  }

  @Test(
    arguments: [
      ("a.gif", nil, "ends in '.gif'; what can be written ends in one of .avi, .jpeg"),
      ("a.png", .h264, "a .png file cannot hold video of codec h264"),
    ] as [(String, VideoCodec?, String)])
  func whatCannotBeWrittenIsFoundBeforeTheRun(
    _ path: String, _ codec: VideoCodec?, _ message: String
  ) throws {
    let error = #expect(throws: ParameterError.self) {
      try Encode(path: path, codec: codec).validate()
    }
    #expect(error?.description.contains(message) == true, "\(String(describing: error))")
  }
}
