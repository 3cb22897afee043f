import Foundation
import Media
import Stages
import Tensors
import Testing

@Suite struct ContactSheetTests {
  static func picture(_ width: Int, _ height: Int, _ gray: Float) -> UnitImage {
    UnitImage(
      width: width, height: height, values: [Float](repeating: gray, count: 3 * width * height))
  }

  @Test func picturesLieInRowsWithGaps() throws {
    var sheet = ContactSheet(columns: 2)
    for gray: Float in [0.2, 0.4, 0.6] { try sheet.add(Self.picture(5, 4, gray)) }
    let frame = sheet.rendered()
    #expect(frame.width == 2 * (5 + 2) + 2)
    #expect(frame.height == 2 * (4 + 2) + 2)
    func red(_ x: Int, _ y: Int) -> UInt8 { frame.pixels[3 * (y * frame.width + x)] }
    #expect(red(2, 2) == 51)
    #expect(red(6, 5) == 51)
    #expect(red(7, 5) == 24)
    #expect(red(9, 2) == 102)
    #expect(red(2, 8) == 153)
    #expect(red(9, 8) == 24)
  }

  @Test func captionsTakeAStripAndLeaveThePictureAlone() throws {
    var sheet = ContactSheet(columns: 1)
    try sheet.add(Self.picture(12, 6, 0.4), caption: "l")
    let frame = sheet.rendered()
    #expect(frame.height == 6 + ContactSheet.strip + 4)
    func red(_ x: Int, _ y: Int) -> UInt8 { frame.pixels[3 * (y * frame.width + x)] }
    // The letter L: a full column of 7 pixels, and its foot.
    #expect((3..<10).allSatisfy { red(2, $0) == 235 })
    #expect((2..<7).allSatisfy { red($0, 9) == 235 })
    #expect(red(4, 5) == 24)
    #expect(red(2, 2 + ContactSheet.strip) == 102)
  }

  @Test func longCaptionsStayInTheirCell() throws {
    var sheet = ContactSheet(columns: 2)
    try sheet.add(Self.picture(13, 4, 0), caption: "MMMMMMMM")
    try sheet.add(Self.picture(13, 4, 0))
    let frame = sheet.rendered()
    let strip = (0..<11).flatMap { row in
      (15..<frame.width).map { frame.pixels[3 * (row * frame.width + $0)] }
    }
    #expect(strip.allSatisfy { $0 == 24 })
  }

  @Test func picturesAreResizedToTheSide() throws {
    var sheet = ContactSheet(columns: 1, side: 8)
    try sheet.add(try Tensor(full: 0, [1, 3, 16, 4]))
    let frame = sheet.rendered()
    #expect(frame.width == 2 + 4)
    #expect(frame.height == 8 + 4)
    #expect(frame.pixels[3 * (2 * frame.width + 2)] == 128)
  }

  @Test func theSheetIsWrittenAsAPicture() throws {
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent("sheet-\(UUID().uuidString).png").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    var sheet = ContactSheet(columns: 3)
    for gray: Float in [0, 0.5, 1] { try sheet.add(Self.picture(4, 4, gray), caption: "a") }
    try sheet.write(path)
    #expect(try ImageFile.read(path).pixels == sheet.rendered().pixels)
  }
}
