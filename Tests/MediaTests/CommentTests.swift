import Foundation
import Media
import TestSupport
import Testing

@Suite struct CommentTests {
  static let text = "synthesized by a test 1.0; not a recording"

  @Test(arguments: ["a.mp4", "a.mov", "a.mkv", "a.avi", "a.png", "a.jpg", "a-%02d.png"])
  func aCommentComesBack(_ name: String) throws {
    let shop = try Workshop("comment")
    for comment in [Self.text, nil] {
      let writer = try VideoWriter(
        path: shop.path(name), width: 64, height: 48, timeBase: Ratio(1, 25),
        frameRate: Ratio(25, 1), metadata: comment.map { ["comment": $0] } ?? [:])
      try writer.write(picture(width: 64, height: 48))
      try writer.finish()
      let reader = try VideoReader(path: shop.path(name))
      #expect(reader.comment == comment)
      #expect(reader.width == 64 && reader.height == 48)
    }
  }

  @Test(.enabled(if: Workshop.hasCommands), arguments: ["a.mp4", "a.mov", "a.mkv", "a.avi"])
  func otherProgramsReadTheCommentOfAVideo(_ name: String) throws {
    let shop = try Workshop("comment")
    let writer = try VideoWriter(
      path: shop.path(name), width: 64, height: 48, timeBase: Ratio(1, 25),
      frameRate: Ratio(25, 1), metadata: ["comment": Self.text])
    try writer.write(picture(width: 64, height: 48))
    try writer.finish()
    #expect(try shop.tags(shop.path(name))["comment"] == Self.text)
  }

  @Test(.enabled(if: Workshop.hasCommands)) func otherProgramsReadTheCommentOfAPNG() throws {
    let shop = try Workshop("comment")
    let frame = picture(width: 33, height: 21)
    try ImageFile.write(frame, shop.path("a.png"), comment: Self.text)
    let tags = try shop.probe(shop.path("a.png"), stream: "v", entries: "frame_tags=Comment")
    #expect(tags.count == 1 && tags[0].hasPrefix(Self.text), "\(tags)")
    // Its checksums are right, and its pixels are those that were written.
    try shop.ffmpeg("-err_detect explode+crccheck -i \(shop.path("a.png")) -f null -")
    #expect(try ImageFile.read(shop.path("a.png")).pixels == frame.pixels)
  }

  @Test func theCommentOfAJPEGIsASegmentOfItsOwn() throws {
    let shop = try Workshop("comment")
    let frame = picture(width: 33, height: 21)
    try ImageFile.write(frame, shop.path("bare.jpg"))
    try ImageFile.write(frame, shop.path("told.jpg"), comment: Self.text)
    let (bare, told) = (
      try Data(contentsOf: URL(fileURLWithPath: shop.path("bare.jpg"))),
      try Data(contentsOf: URL(fileURLWithPath: shop.path("told.jpg")))
    )
    let segment = Data([0xFF, 0xFE, 0, UInt8(Self.text.utf8.count + 2)]) + Data(Self.text.utf8)
    let place = try #require(told.range(of: segment))
    #expect(told[..<place.lowerBound] + told[place.upperBound...] == bare)
    let pixels = try ImageFile.read(shop.path("told.jpg")).pixels
    #expect(try pixels == ImageFile.read(shop.path("bare.jpg")).pixels)
  }
}
