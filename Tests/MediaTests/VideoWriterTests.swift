import Foundation
import Media
import TestSupport
import Testing

@Suite struct VideoWriterTests {
  let shop: Workshop

  init() throws { shop = try Workshop() }

  /// Writes frames as they are.
  func write(
    _ frames: [RGBFrame], _ name: String, timeBase: Ratio = Ratio(1, 12800),
    codec: VideoCodec? = nil, quality: Int? = nil, audioFrom: String? = nil
  ) throws {
    let writer = try VideoWriter(
      path: shop.path(name), width: frames[0].width, height: frames[0].height, timeBase: timeBase,
      frameRate: Ratio(25, 1), codec: codec, quality: quality, audioFrom: audioFrom)
    for frame in frames { try writer.write(frame) }
    #expect(!FileManager.default.fileExists(atPath: shop.path(name)))
    try writer.finish()
  }

  @Test(arguments: [(64, 48), (65, 49), (2, 2), (7, 5)]) func losslessVideoGivesEqualPixels(
    width: Int, height: Int
  ) throws {
    let written = (0..<5).map { picture(width: width, height: height, index: $0) }
    for name in ["a.mkv", "a.mov", "a.avi"] {
      try write(written, name, codec: .ffv1)
      #expect(try frames(shop.path(name)) == written, "\(name)")
    }
  }

  @Test func aPNGGivesEqualPixelsAndAJPEGNearOnes() throws {
    let written = picture(width: 33, height: 21)
    try ImageFile.write(written, shop.path("a.png"))
    try ImageFile.write(written, shop.path("a.jpg"))
    #expect(try ImageFile.read(shop.path("a.png")).pixels == written.pixels)
    #expect(signalToNoise(try ImageFile.read(shop.path("a.jpg")), written) > 40)
  }

  @Test(arguments: [
    (VideoCodec.h264, "a.mp4", 64), (.h264, "a.mp4", 65), (.h264, "a.mov", 64),
    (.h264, "a.mkv", 64), (.h264, "a.avi", 64), (.h265, "a.mp4", 64), (.h265, "a.mkv", 65),
    (.ffv1, "a.mov", 64),
  ]) func everyFrameComesBackAtItsTime(codec: VideoCodec, name: String, width: Int) throws {
    let written = (0..<30).map { picture(width: width, height: 48, index: $0 % 5) }
      .enumerated().map { index, frame in
        var frame = frame
        frame.time = MediaTime(Int64(index), 25)
        frame.index = index
        return frame
      }
    try write(written, name, codec: codec, quality: 8)
    let read = try frames(shop.path(name))
    #expect(read.map(\.time) == written.map(\.time))
    #expect(read.last?.duration == MediaTime(1, 25))
    for (one, other) in zip(read, written) { #expect(signalToNoise(one, other) > 28) }
  }

  @Test(arguments: ["a.mp4", "a.mov"], [VideoCodec.h264, .h265]) func anUnevenPaceIsExact(
    name: String, codec: VideoCodec
  ) throws {
    let ticks: [Int64] = [7, 519, 520, 1543, 9001, 9100, 20000, 20001, 20777, 64000]
    let written = ticks.enumerated().map { index, tick in
      var frame = picture(width: 64, height: 48, index: index)
      frame.time = MediaTime(tick, 12800)
      frame.duration = MediaTime(index == 9 ? 333 : ticks[index + 1] - tick, 12800)
      return frame
    }
    try write(written, name, codec: codec)
    let read = try frames(shop.path(name))
    #expect(read.map(\.time) == written.map(\.time))
    // What reorders frames cannot tell the duration of the last one, so that is left out.
    #expect(read.dropLast().map(\.duration) == written.dropLast().map(\.duration))
  }

  @Test(arguments: 1...6, [VideoCodec.h264, .h265]) func aFewFramesAreEnough(
    count: Int, codec: VideoCodec
  ) throws {
    let written = (0..<count).map { picture(width: 64, height: 48, index: $0) }
    try write(written, "a.mp4", codec: codec)
    let read = try frames(shop.path("a.mp4"))
    #expect(read.map(\.time) == written.map(\.time))
    #expect(read.map(\.duration) == written.map(\.duration))
  }

  @Test func aDroppedFrameRateOfTelevisionIsExact() throws {
    let written = (0..<12).map { index in
      var frame = picture(width: 64, height: 48, index: index)
      frame.time = MediaTime(Int64(index) * 1001, 30000)
      return frame
    }
    try write(written, "a.mp4", timeBase: Ratio(1001, 30000))
    #expect(try frames(shop.path("a.mp4")).map(\.time) == written.map(\.time))
  }

  @Test func numberedImagesAppearTogether() throws {
    let writer = try VideoWriter(
      path: shop.path("f-%03d.png"), width: 8, height: 6, timeBase: Ratio(1, 25),
      frameRate: Ratio(25, 1))
    for index in 0..<3 { try writer.write(picture(width: 8, height: 6, index: index)) }
    #expect(try shop.names.allSatisfy { $0.hasPrefix(".f-") })
    try writer.finish()
    #expect(try shop.names == ["f-000.png", "f-001.png", "f-002.png"])
    #expect(
      try frames(shop.path("f-%03d.png")) == (0..<3).map { picture(width: 8, height: 6, index: $0) }
    )
  }

  @Test func theSameFramesGiveTheSameFile() throws {
    let written = (0..<8).map { picture(width: 64, height: 48, index: $0) }
    for name in ["a.mp4", "b.mp4", "a.mkv", "b.mkv"] { try write(written, name) }
    for suffix in ["mp4", "mkv"] {
      let one = try Data(contentsOf: URL(fileURLWithPath: shop.path("a.\(suffix)")))
      #expect(try Data(contentsOf: URL(fileURLWithPath: shop.path("b.\(suffix)"))) == one)
    }
  }

  @Test func whatIsNotFinishedLeavesNothing() throws {
    for cancels in [true, false] {
      var writer: VideoWriter? = try VideoWriter(
        path: shop.path("a.mp4"), width: 64, height: 48, timeBase: Ratio(1, 25),
        frameRate: Ratio(25, 1))
      try writer?.write(picture(width: 64, height: 48))
      #expect(try shop.names.count == 1)
      if cancels { writer?.cancel() }
      writer = nil
      #expect(try shop.names == [])
    }
  }

  @Test func metadataIsKept() throws {
    let writer = try VideoWriter(
      path: shop.path("a.mp4"), width: 64, height: 48, timeBase: Ratio(1, 25),
      frameRate: Ratio(25, 1), metadata: ["title": "Head é", "comment": "one; two"])
    try writer.write(picture(width: 64, height: 48))
    try writer.finish()
    let data = try Data(contentsOf: URL(fileURLWithPath: shop.path("a.mp4")))
    #expect(data.range(of: Data("Head é".utf8)) != nil)
    #expect(data.range(of: Data("one; two".utf8)) != nil)
  }
}
