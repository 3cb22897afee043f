import Foundation
import Media
import TestSupport
import Testing

@Suite(.enabled(if: Workshop.hasCommands)) struct VideoReaderTests {
  let shop: Workshop

  init() throws { shop = try Workshop() }

  @Test func anOddSizeIsKept() throws {
    try shop.ffmpeg("-f lavfi -i testsrc=s=321x241:r=30:d=1 -pix_fmt yuv420p -c:v ffv1 odd.mkv")
    let reader = try VideoReader(path: shop.path("odd.mkv"))
    #expect(reader.width == 321 && reader.height == 241)
    #expect(reader.codec == "ffv1" && !reader.hasAudio && !reader.isStill)
    #expect(try frames(reader.path).count == 30)
  }

  @Test func aVariableRateKeepsEveryTimeAndDuration() throws {
    try shop.ffmpeg(
      "-f lavfi -i testsrc=s=160x120:r=30:d=2 -vf select='not(mod(n,7))+not(mod(n,5))' "
        + "-vsync vfr -c:v libx264 -video_track_timescale 12800 vfr.mp4")
    let reader = try VideoReader(path: shop.path("vfr.mp4"))
    let read = try frames(reader.path)
    let expected = (0..<60).filter { $0 % 7 == 0 || $0 % 5 == 0 }
    #expect(reader.timeBase == Ratio(1, 12800))
    let times = try shop.probe("vfr.mp4", stream: "v", entries: "frame=pts").map {
      Int64($0.prefix { $0 != "," })
    }
    #expect(read.map(\.time.value) == times)
    #expect(read.map { Int(($0.time.seconds * 30).rounded()) } == expected)
    for (frame, following) in zip(read, read.dropFirst()) {
      let duration = try #require(frame.duration)
      #expect(frame.time.value + duration.value == following.time.value)
    }
  }

  @Test(arguments: [90, 180, 270]) func aTurnIsApplied(degrees: Int) throws {
    // Red on the left, blue on the right, with a green corner at the top left.
    try shop.ffmpeg(
      "-f lavfi -i color=red:s=64x48:d=1:r=5 -vf "
        + "drawbox=x=32:y=0:w=32:h=48:color=blue:t=fill,drawbox=x=0:y=0:w=16:h=16:color=lime:t=fill "
        + "-c:v libx264 -crf 5 -pix_fmt yuv444p flat.mp4")
    try shop.ffmpeg("-i flat.mp4 -c copy -metadata:s:v rotate=\(degrees) turned.mp4")
    try shop.ffmpeg("-i turned.mp4 -frames:v 1 -pix_fmt rgb24 expected.png")
    let turned = try ImageFile.read(shop.path("turned.mp4"))
    let expected = try ImageFile.read(shop.path("expected.png"))
    #expect(turned.width == (degrees == 180 ? 64 : 48))
    #expect(turned.width == expected.width && turned.height == expected.height)
    #expect(signalToNoise(turned, expected) > 35)
  }

  @Test(arguments: 1...8) func theOrientationOfAJPEGIsApplied(orientation: Int) throws {
    let upright = picture(width: 40, height: 24)
    let stored = stored(upright, orientation: orientation)
    try ImageFile.write(stored, shop.path("plain.jpg"), quality: 1)
    try tag(shop.path("plain.jpg"), orientation: orientation)
    let read = try ImageFile.read(shop.path("plain.jpg"))
    #expect(read.width == 40 && read.height == 24)
    #expect(signalToNoise(read, upright) > 38)
  }

  @Test(arguments: ["mkv", "mp4", "ts"]) func aLateStartIsKept(suffix: String) throws {
    try shop.ffmpeg(
      "-f lavfi -i testsrc=s=64x48:r=25:d=1 -c:v libx264 -output_ts_offset 3 late.\(suffix)")
    let read = try frames(shop.path("late.\(suffix)"))
    #expect(read.count == 25)
    #expect(try #require(read.first).time.seconds >= 3)
    for frame in read { #expect(frame.duration == MediaTime(1, 25)) }
  }

  @Test func framesOfAnotherSizeAreScaledToTheFirst() throws {
    for (name, size) in [("a", "64x48"), ("b", "96x80")] {
      try shop.ffmpeg("-f lavfi -i color=teal:s=\(size):d=1:r=5 -c:v libx264 \(name).h264")
    }
    let joined = try ["a", "b"].reduce(Data()) { data, name in
      try data + Data(contentsOf: URL(fileURLWithPath: shop.path("\(name).h264")))
    }
    try joined.write(to: URL(fileURLWithPath: shop.path("both.h264")))
    let read = try frames(shop.path("both.h264"))
    #expect(read.count == 10)
    #expect(read.allSatisfy { $0.width == 64 && $0.height == 48 })
    #expect(zip(read, read.dropFirst()).allSatisfy { $0.time < $1.time })
    #expect(greatestDifference(read[0], read[9]) <= 2)
  }

  @Test func aSequenceOfImagesIsRead() throws {
    try shop.ffmpeg("-f lavfi -i testsrc=s=64x48:r=25:d=1 -frames:v 4 shot-%04d.png")
    let read = try frames(shop.path("shot-%04d.png"))
    #expect(read.map(\.time) == (0..<4).map { MediaTime($0, 25) })
  }

  @Test func aFileWithAPercentSignIsOneFile() throws {
    let path = shop.path("100%04d é ü.png")
    try ImageFile.write(picture(width: 5, height: 3), shop.path("plain.png"))
    try FileManager.default.moveItem(atPath: shop.path("plain.png"), toPath: path)
    let reader = try VideoReader(path: path)
    #expect(reader.isStill && reader.estimatedFrameCount == 1)
    #expect(try reader.next()?.pixels == picture(width: 5, height: 3).pixels)
    #expect(try reader.next() == nil)
  }

  @Test(
    .enabled(if: Shared.has("clips/video")),
    arguments: [("d18", 216), ("d0", 78), ("s20", 297)]
  ) func realClipsGiveEveryFrame(name: String, count: Int) throws {
    let reader = try VideoReader(
      path: Shared.folder.appendingPathComponent("clips/video/\(name).mp4").path)
    var read = 0
    while let frame = try reader.next() {
      #expect(frame.index == read)
      read += 1
    }
    #expect(read == count && reader.estimatedFrameCount == count)
  }

  @Test(.enabled(if: Shared.has("clips/still"))) func realStillsAreRead() throws {
    let folder = Shared.folder.appendingPathComponent("clips/still")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(!names.isEmpty)
    for name in names {
      let frame = try ImageFile.read(folder.appendingPathComponent(name).path)
      #expect((5.0...250).contains(mean(frame, channel: 1)), "\(name)")
    }
  }

  /// The picture whose `orientation`, as EXIF numbers them, shows `upright`.
  private func stored(_ upright: RGBFrame, orientation: Int) -> RGBFrame {
    let isTransposed = orientation > 4
    let width = isTransposed ? upright.height : upright.width
    let height = isTransposed ? upright.width : upright.height
    var pixels: [UInt8] = []
    for y in 0..<height {
      for x in 0..<width {
        let (right, below) = (width - 1 - x, height - 1 - y)
        // Where the stored row 0 and column 0 lie on the screen: EXIF 2.3, tag 274.
        let (column, row) =
          switch orientation {
          case 2: (right, y)
          case 3: (right, below)
          case 4: (x, below)
          case 5: (y, x)
          case 6: (below, x)
          case 7: (below, right)
          case 8: (y, right)
          default: (x, y)
          }
        pixels += pixel(upright, column, row).map { UInt8($0) }
      }
    }
    return RGBFrame(width: width, height: height, pixels: pixels)
  }

  /// Puts an EXIF segment that holds one tag, the orientation, at the start of a JPEG.
  private func tag(_ path: String, orientation: Int) throws {
    let url = URL(fileURLWithPath: path)
    var data = try Data(contentsOf: url)
    let entry: [UInt8] = [1, 0x12, 0, 3, 0, 0, 0, 1, 0, UInt8(orientation), 0, 0, 0, 0, 0, 0]
    let body = Array("Exif\0\0MM\0*".utf8) + [0, 0, 0, 8, 0, 1] + entry
    data.insert(contentsOf: [0xFF, 0xE1, 0, UInt8(body.count + 2)] + body, at: 2)
    try data.write(to: url)
  }
}
