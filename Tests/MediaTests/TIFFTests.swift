import Foundation
import Media
import TestSupport
import Testing

@Suite struct TIFFTests {
  let shop: Workshop

  init() throws { shop = try Workshop() }

  /// The picture at a path that holds `data`.
  func read(_ data: Data) throws -> RGBFrame {
    let path = shop.path("a.tif")
    try data.write(to: URL(fileURLWithPath: path))
    return try ImageFile.read(path)
  }

  /// A picture without compression: its pixels, what does not fit into fields, and the directory.
  ///
  /// - Parameter fields: more of one short number each, by their tags
  /// - Source: TIFF 6.0, sections 2 and 6
  func tiff(_ frame: RGBFrame, isLittle: Bool = true, fields: [Int: Int] = [:]) -> Data {
    func bytes(_ number: Int, _ count: Int) -> [UInt8] {
      let places = (0..<count).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
      return isLittle ? places : places.reversed()
    }
    func short(_ tag: Int, _ value: Int) -> [UInt8] {
      bytes(tag, 2) + bytes(3, 2) + bytes(1, 4) + bytes(value, 2) + [0, 0]
    }
    func long(_ tag: Int, _ value: Int) -> [UInt8] {
      bytes(tag, 2) + bytes(4, 2) + bytes(1, 4) + bytes(value, 4)
    }
    let end = 8 + frame.pixels.count
    var entries = fields.map { (tag: $0.key, entry: short($0.key, $0.value)) }
    entries += [(256, frame.width), (257, frame.height), (278, frame.height)].map {
      (tag: $0.0, entry: long($0.0, $0.1))
    }
    entries += [(259, 1), (262, 2), (277, 3), (296, 2)].map {
      (tag: $0.0, entry: short($0.0, $0.1))
    }
    entries.append((258, bytes(258, 2) + bytes(3, 2) + bytes(3, 4) + bytes(end, 4)))
    entries.append((273, long(273, 8)))
    entries.append((279, long(279, frame.pixels.count)))
    for tag in [282, 283] {
      entries.append((tag, bytes(tag, 2) + bytes(5, 2) + bytes(1, 4) + bytes(end + 6, 4)))
    }
    let directory = entries.sorted { $0.tag < $1.tag }.flatMap(\.entry)
    let head = Array((isLittle ? "II*\0" : "MM\0*").utf8) + bytes(end + 14, 4)
    let values = bytes(8, 2) + bytes(8, 2) + bytes(8, 2) + bytes(72, 4) + bytes(1, 4)
    let tail = bytes(entries.count, 2) + directory + bytes(0, 4)
    return Data(head + frame.pixels + values + tail)
  }

  @Test(arguments: [true, false]) func itsPixelsComeBack(isLittle: Bool) throws {
    let frame = picture(width: 7, height: 5)
    let read = try read(tiff(frame, isLittle: isLittle))
    #expect(read.width == 7 && read.height == 5)
    #expect(read.pixels == frame.pixels)
  }

  @Test func fieldsThatNobodyKnowsArePassedOver() throws {
    let frame = picture(width: 7, height: 5)
    let fields = [255: 1, 263: 1, 274: 1, 339: 1, 700: 9, 34_377: 9, 40_091: 9, 65_000: 9]
    #expect(try read(tiff(frame, fields: fields)).pixels == frame.pixels)
  }

  @Test(arguments: [
    (1, [0, 1, 2, 3, 4, 5]), (2, [2, 1, 0, 5, 4, 3]), (3, [5, 4, 3, 2, 1, 0]),
    (4, [3, 4, 5, 0, 1, 2]), (5, [0, 3, 1, 4, 2, 5]), (6, [3, 0, 4, 1, 5, 2]),
    (7, [5, 2, 4, 1, 3, 0]), (8, [2, 5, 1, 4, 0, 3]),
  ])
  func itsOrientationIsApplied(orientation: Int, order: [Int]) throws {
    // Numbers of the pixels of two rows of three, as the turned picture shows them.
    let pixels: [UInt8] = (0..<6).flatMap { place -> [UInt8] in
      [UInt8(40 * place), UInt8(10 + place), 200]
    }
    let frame = RGBFrame(width: 3, height: 2, pixels: pixels)
    let read = try read(tiff(frame, fields: [274: orientation]))
    #expect(read.width == (orientation > 4 ? 2 : 3))
    let turned = order.flatMap { place -> [UInt8] in Array(pixels[3 * place..<3 * place + 3]) }
    #expect(read.pixels == turned)
  }

  @Test func aTruncatedOneIsNamed() throws {
    let data = tiff(picture(width: 20, height: 10))
    for count in [9, 300, data.count - 30] {
      let error = try #require(throws: MediaError.self) { try read(data.prefix(count)) }
      #expect(error.message.contains("cannot be decoded"), "\(count): \(error.message)")
    }
  }

  @Test(.enabled(if: Workshop.hasCommands), arguments: ["raw", "packbits", "lzw", "deflate"])
  func whatOtherProgramsCompressIsReadAndItsDamageNamed(_ method: String) throws {
    let frame = picture(width: 64, height: 48)
    try ImageFile.write(frame, shop.path("in.png"))
    try shop.ffmpeg("-i in.png -compression_algo \(method) out.tif")
    var data = try Data(contentsOf: URL(fileURLWithPath: shop.path("out.tif")))
    #expect(try read(data).pixels == frame.pixels)
    guard method == "lzw" || method == "deflate" else { return }
    for index in 60..<120 { data[index] ^= 0x5A }
    let error = try #require(throws: MediaError.self) { try read(data) }
    #expect(error.message.contains("frame 0 cannot be decoded"), "\(error.message)")
  }
}
