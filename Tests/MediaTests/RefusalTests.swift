import Foundation
import Media
import TestSupport
import Testing

@Suite struct RefusalTests {
  let shop: Workshop

  init() throws { shop = try Workshop() }

  /// What is wrong with reading a file to its end.
  func refusal(_ name: String) throws -> String {
    try #require(throws: MediaError.self) { try frames(shop.path(name)) }.message
  }

  /// What is wrong with writing a frame.
  func writeRefusal(
    _ path: String, codec: VideoCodec? = nil, quality: Int? = nil, audioFrom: String? = nil
  ) throws -> String {
    let before = try shop.names
    let error = try #require(throws: MediaError.self) {
      let writer = try VideoWriter(
        path: path, width: 64, height: 48, timeBase: Ratio(1, 25), frameRate: Ratio(25, 1),
        codec: codec, quality: quality, audioFrom: audioFrom)
      try writer.write(picture(width: 64, height: 48))
      try writer.finish()
    }
    #expect(try shop.names == before)
    return error.description
  }

  /// The first part of a file as a new file.
  func cut(_ name: String, to part: Double, as other: String) throws {
    let data = try Data(contentsOf: URL(fileURLWithPath: shop.path(name)))
    try data.prefix(Int(Double(data.count) * part))
      .write(to: URL(fileURLWithPath: shop.path(other)))
  }

  /// 126 bytes that say they hold 768 MB.
  @Test func aPictureOfTooManyPixelsIsRefused() throws {
    let path = Shared.root.appendingPathComponent("Tests/FuzzTests/Inputs/video/huge.png").path
    let error = try #require(throws: MediaError.self) { try VideoReader(path: path) }
    #expect(error.message == "frame 0 cannot be decoded (invalid argument)")
  }

  @Test func whatIsNoMediaFileIsNamed() throws {
    try "these are words\n".write(toFile: shop.path("a.mp4"), atomically: true, encoding: .utf8)
    try "these are words\n".write(toFile: shop.path("a.png"), atomically: true, encoding: .utf8)
    try Data().write(to: URL(fileURLWithPath: shop.path("empty.mp4")))
    #expect(
      try refusal("a.mp4")
        == "is not a media file that can be read (invalid data found when processing input)")
    #expect(try refusal("a.png").contains("invalid data found"))
    #expect(try refusal("empty.mp4") == "is empty or cannot be read")
    #expect(try refusal("none.mp4") == "does not exist")
    #expect(try refusal("") == "is a folder, not a media file")
    let error = try #require(throws: MediaError.self) { try VideoReader(path: "no/such.mp4") }
    #expect(error.description == "no/such.mp4: does not exist")
    #expect(error.operation == .read)
  }

  @Test(.enabled(if: Workshop.hasCommands)) func soundAloneIsNamed() throws {
    try shop.ffmpeg("-f lavfi -i sine=d=1 -c:a aac a.m4a")
    #expect(try refusal("a.m4a") == "has no video stream, only audio (aac)")
    try shop.ffmpeg("-f lavfi -i color=red:s=32x32 -frames:v 1 cover.png")
    try shop.ffmpeg(
      "-i a.m4a -i cover.png -map 0 -map 1 -c copy -disposition:v attached_pic cover.m4a")
    #expect(try refusal("cover.m4a") == "has no video stream, only audio (aac)")
  }

  @Test(.enabled(if: Workshop.hasCommands)) func truncatedVideoIsNamed() throws {
    let source = "-f lavfi -i testsrc=s=160x120:r=30:d=2 -c:v libx264 -g 10"
    try shop.ffmpeg("\(source) last.mp4")
    try shop.ffmpeg("\(source) -movflags faststart first.mp4")
    try shop.ffmpeg("\(source) -movflags frag_keyframe+empty_moov parts.mp4")
    try shop.ffmpeg("\(source) a.mkv")
    for name in ["last.mp4", "first.mp4", "parts.mp4", "a.mkv"] {
      #expect(try frames(shop.path(name)).count == 60)
      try cut(name, to: 0.6, as: "cut-\(name)")
    }
    #expect(
      try refusal("cut-last.mp4") == "is truncated: its index (moov) is missing or broken")
    #expect(try refusal("cut-first.mp4").hasPrefix("is truncated"))
    #expect(try refusal("cut-parts.mp4").hasPrefix("is truncated"))
    #expect(try refusal("cut-a.mkv").hasPrefix("is truncated: it ends at"))
  }

  @Test(.enabled(if: Workshop.hasCommands)) func aPacketThatIsCutOffExactlyIsMissed() throws {
    try shop.ffmpeg(
      "-f lavfi -i testsrc=s=160x120:r=30:d=1 -c:v libx264 -bf 0 -movflags faststart a.mp4")
    let lines = try shop.probe("a.mp4", stream: "v", entries: "packet=pos")
    let position = try #require(Int(lines[20].prefix { $0 != "," }))
    let data = try Data(contentsOf: URL(fileURLWithPath: shop.path("a.mp4")))
    try data.prefix(position).write(to: URL(fileURLWithPath: shop.path("cut.mp4")))
    #expect(try refusal("cut.mp4") == "is truncated: it ends after 20 of 30 frames")
  }

  @Test(.enabled(if: Workshop.hasCommands)) func damageIsNamedWithItsFrame() throws {
    for (codec, name) in [("libx264", "a.mp4"), ("ffv1 -slicecrc 1 -level 3", "b.mkv")] {
      try shop.ffmpeg(
        "-f lavfi -i testsrc2=s=160x120:r=30:d=2 -c:v \(codec) -pix_fmt yuv420p \(name)")
      var data = try Data(contentsOf: URL(fileURLWithPath: shop.path(name)))
      for index in data.count / 2..<data.count / 2 + 900 { data[index] ^= 0x5A }
      try data.write(to: URL(fileURLWithPath: shop.path(name)))
      let message = try refusal(name)
      #expect(message.hasPrefix("frame ") && message.contains("cannot be decoded"), "\(message)")
    }
  }

  @Test func aTruncatedPictureIsNamed() throws {
    for name in ["a.png", "a.jpg"] {
      try ImageFile.write(picture(width: 200, height: 150), shop.path(name))
      try cut(name, to: 0.5, as: "cut-\(name)")
      let message = try refusal("cut-\(name)")
      #expect(message.contains("frame 0 cannot be decoded"), "\(message)")
    }
  }

  @Test func outputsThatCannotBeWrittenAreNamed() throws {
    try Data("x".utf8).write(to: URL(fileURLWithPath: shop.path("file")))
    let folder = shop.folder.path
    #expect(
      try writeRefusal("\(folder)/out/a.mp4")
        == "\(folder)/out/a.mp4: the folder '\(folder)/out' does not exist")
    #expect(
      try writeRefusal("\(folder)/file/a.mp4")
        == "\(folder)/file/a.mp4: '\(folder)/file' is not a folder")
    #expect(try writeRefusal("/proc/a.mp4").hasPrefix("/proc/a.mp4: "))
    #expect(
      try writeRefusal(shop.path("a.webm")).hasSuffix(
        "ends in '.webm'; what can be written ends in one of "
          + ".avi, .jpeg, .jpg, .mkv, .mov, .mp4, .png"))
    #expect(try writeRefusal(shop.path("a")).contains("has no extension"))
    try FileManager.default.createDirectory(
      atPath: shop.path("b.mp4"), withIntermediateDirectories: false)
    #expect(try writeRefusal(shop.path("b.mp4")).hasSuffix("is a folder, not a file"))
  }

  @Test func settingsThatCannotBeAreNamed() throws {
    #expect(
      try writeRefusal(shop.path("a.mp4"), codec: .png).hasSuffix(
        "a .mp4 file cannot hold video of codec png"))
    #expect(
      try writeRefusal(shop.path("a.mp4"), codec: .ffv1).hasSuffix(
        "cannot hold video of codec ffv1"))
    #expect(
      try writeRefusal(shop.path("a.mp4"), quality: 52).hasSuffix(
        "quality must be from 0 to 51, not 52"))
    #expect(
      try writeRefusal(shop.path("a.mp4"), audioFrom: shop.path("b.wav")).hasSuffix(
        "b.wav: does not exist"))
    #expect(
      try writeRefusal(shop.path("a.png"), audioFrom: shop.path("b.wav")).hasSuffix(
        "images hold no audio"))
  }

  @Test func framesThatDoNotFitAreNamed() throws {
    let writer = try VideoWriter(
      path: shop.path("a.mp4"), width: 64, height: 48, timeBase: Ratio(1, 25),
      frameRate: Ratio(25, 1))
    try writer.write(picture(width: 64, height: 48))
    let size = try #require(throws: MediaError.self) {
      try writer.write(picture(width: 32, height: 48))
    }
    #expect(size.message == "frame 1 must have 64 × 48 pixels, not 32 × 48")
    let time = try #require(throws: MediaError.self) {
      try writer.write(picture(width: 64, height: 48))
    }
    #expect(
      time.message == "frame 1 does not come after frame 0 in the file's ticks of 1/25 s")
    try writer.finish()
    let late = try #require(throws: MediaError.self) { try writer.finish() }
    #expect(late.message == "is already finished or canceled")
    #expect(try shop.names == ["a.mp4"])
  }

  @Test func anEmptyVideoIsNamed() throws {
    let writer = try VideoWriter(
      path: shop.path("a.mp4"), width: 64, height: 48, timeBase: Ratio(1, 25),
      frameRate: Ratio(25, 1))
    let error = try #require(throws: MediaError.self) { try writer.finish() }
    #expect(error.message == "has no frame to hold")
    writer.cancel()
    #expect(try shop.names == [])
  }
}
