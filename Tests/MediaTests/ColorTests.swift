import Foundation
import Media
import TestSupport
import Testing

/// Patches of known color through the matrices and ranges of video.
@Suite(.enabled(if: Workshop.hasCommands)) struct ColorTests {
  let shop: Workshop

  init() throws { shop = try Workshop() }

  struct Case: CustomTestStringConvertible {
    let matrix: String
    let luma: (red: Double, blue: Double)
    let isFull: Bool
    let bits: Int
    let isTagged: Bool
    var height = 64

    var testDescription: String {
      "\(matrix) \(isFull ? "full" : "limited") \(bits) bit \(isTagged ? "tagged" : "untagged") \(height)"
    }

    /// Luma and chroma of an RGB color: ITU-R BT.601 §2.5, BT.709 §3, BT.2020 table 4.
    func encoded(_ color: [Double]) -> [Int] {
      let (red, blue) = luma
      let y = red * color[0] + (1 - red - blue) * color[1] + blue * color[2]
      let chroma = [(color[2] - y) / (2 * (1 - blue)), (color[0] - y) / (2 * (1 - red))]
      let top = Double(1 << bits) - 1
      let unit = Double(1 << (bits - 8))
      let values =
        isFull
        ? [y * top] + chroma.map { $0 * top + 128 * unit }
        : [(219 * y + 16) * unit] + chroma.map { (224 * $0 + 128) * unit }
      return values.map { Int(min($0.rounded(), top)) }
    }
  }

  static let cases: [Case] = {
    let matrices: [(String, (red: Double, blue: Double))] = [
      ("smpte170m", (0.299, 0.114)), ("bt470bg", (0.299, 0.114)), ("bt709", (0.2126, 0.0722)),
      ("bt2020nc", (0.2627, 0.0593)),
    ]
    let tagged = matrices.flatMap { matrix, luma in
      [8, 10].flatMap { bits in
        [false, true].map {
          Case(matrix: matrix, luma: luma, isFull: $0, bits: bits, isTagged: true)
        }
      }
    }
    return tagged + [
      Case(matrix: "smpte170m", luma: (0.299, 0.114), isFull: false, bits: 8, isTagged: false),
      Case(
        matrix: "bt709", luma: (0.2126, 0.0722), isFull: false, bits: 8, isTagged: false,
        height: 720),
    ]
  }()

  @Test(arguments: cases) func aPatchIsDecodedWithinTwoLevels(test: Case) throws {
    let colors: [[Int]] = [
      [255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 255], [0, 0, 0], [200, 150, 120],
      [30, 90, 160], [128, 128, 128],
    ]
    // Raw planes, one color a frame, so that nothing but the stated values enters the codec.
    var raw = Data()
    for color in colors {
      let values = test.encoded(color.map { Double($0) / 255 })
      for (plane, value) in values.enumerated() {
        let count = plane == 0 ? 64 * test.height : 32 * test.height / 2
        let bytes = test.bits == 8 ? [UInt8(value)] : [UInt8(value & 255), UInt8(value >> 8)]
        for _ in 0..<count { raw.append(contentsOf: bytes) }
      }
    }
    try raw.write(to: URL(fileURLWithPath: shop.path("raw.yuv")))
    let format = test.bits == 8 ? "yuv420p" : "yuv420p10le"
    let range = test.isFull ? "pc" : "tv"
    let tags = test.isTagged ? "-colorspace \(test.matrix) -color_range \(range)" : ""
    try shop.ffmpeg(
      "-f rawvideo -pix_fmt \(format) -s 64x\(test.height) -r 25 "
        + (test.isTagged ? "-color_range \(range) " : "")
        + "-i raw.yuv -c:v libx264 -qp 0 \(tags) a.mp4")
    let read = try frames(shop.path("a.mp4"))
    #expect(read.count == colors.count)
    for (frame, color) in zip(read, colors) {
      for (x, y) in [(0, 0), (63, test.height - 1), (31, 20)] {
        for (found, wanted) in zip(pixel(frame, x, y), color) {
          #expect(abs(found - wanted) <= 2, "\(color) gives \(pixel(frame, x, y))")
        }
      }
    }
  }

  @Test(arguments: [
    (VideoCodec.h264, "a.mp4", 64, 48), (.h264, "a.mp4", 64, 720), (.h264, "a.mkv", 63, 47),
    (.h265, "a.mp4", 64, 720), (.h264, "a.avi", 64, 48),
  ]) func whatIsWrittenIsReadWithinTwoLevels(
    codec: VideoCodec, name: String, width: Int, height: Int
  ) throws {
    for color: [UInt8] in [[255, 0, 0], [0, 0, 255], [200, 150, 120], [255, 255, 255]] {
      let pixels = (0..<width * height).flatMap { _ in color }
      let writer = try VideoWriter(
        path: shop.path(name), width: width, height: height, timeBase: Ratio(1, 25),
        frameRate: Ratio(25, 1), codec: codec, quality: 4)
      try writer.write(RGBFrame(width: width, height: height, pixels: pixels))
      try writer.finish()
      let read = try ImageFile.read(shop.path(name))
      for (found, wanted) in zip(pixel(read, width / 2, height / 2), color) {
        #expect(abs(found - Int(wanted)) <= 3, "\(color) gives \(pixel(read, 5, 5))")
      }
    }
  }

  @Test func theColorThatWasUsedIsTagged() throws {
    for (height, matrix) in [(48, "smpte170m"), (720, "bt709")] {
      let writer = try VideoWriter(
        path: shop.path("a.mp4"), width: 64, height: height, timeBase: Ratio(1, 25),
        frameRate: Ratio(25, 1))
      try writer.write(picture(width: 64, height: height))
      try writer.finish()
      let tags = try shop.probe(
        "a.mp4", stream: "v", entries: "stream=pix_fmt,color_range,color_space")
      #expect(tags == ["yuv420p,tv,\(matrix)"])
    }
  }

  @Test(arguments: ["gray", "rgba", "pal8", "rgb48be", "gray16be", "monob"])
  func everyKindOfPNGIsRead(format: String) throws {
    let filter = format == "pal8" ? "palettegen=stats_mode=single[p];[0][p]paletteuse" : "null"
    let value = format == "monob" ? 255 : 200
    let color = String(repeating: String(value, radix: 16), count: 3)
    try shop.ffmpeg(
      "-f lavfi -i color=0x\(color):s=33x17,format=rgb24 -frames:v 1 "
        + (format == "pal8" ? "-lavfi [0]\(filter) " : "") + "-pix_fmt \(format) a.png")
    let frame = try ImageFile.read(shop.path("a.png"))
    #expect(frame.width == 33 && frame.height == 17)
    #expect(pixel(frame, 16, 8).allSatisfy { abs($0 - value) <= 1 }, "\(pixel(frame, 16, 8))")
  }

  @Test func theEdgeOfColorLiesWhereTheCodecPutsIt() throws {
    // Red to blue after an even number of columns: the error of 4:2:0 must not lean to one side.
    let pixels = (0..<16).flatMap { _ in
      (0..<32).flatMap { $0 < 16 ? [200, 60, 60] : [60, 60, 200] as [UInt8] }
    }
    let frame = RGBFrame(width: 32, height: 16, pixels: pixels)
    let writer = try VideoWriter(
      path: shop.path("a.mp4"), width: 32, height: 16, timeBase: Ratio(1, 25),
      frameRate: Ratio(25, 1), quality: 1)
    try writer.write(frame)
    try writer.finish()
    let read = try ImageFile.read(shop.path("a.mp4"))
    #expect(signalToNoise(read, frame) > 24)
    #expect(pixel(read, 8, 8)[0] > 194 && pixel(read, 24, 8)[2] > 194)
  }
}
