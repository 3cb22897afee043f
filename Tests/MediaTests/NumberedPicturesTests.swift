import Foundation
import Media
import TestSupport
import Testing

@Suite struct NumberedPicturesTests {
  let shop: Workshop

  init() throws { shop = try Workshop() }

  /// Writes pictures of one name each.
  func write(_ names: [String]) throws {
    for name in names {
      let path = shop.path(name)
      try FileManager.default.createDirectory(
        at: URL(fileURLWithPath: path).deletingLastPathComponent(),
        withIntermediateDirectories: true)
      try ImageFile.write(picture(width: 8, height: 6), path)
    }
  }

  /// What is wrong with reading numbered pictures.
  func refusal(_ name: String) throws -> String {
    try #require(throws: MediaError.self) { try VideoReader(path: shop.path(name)) }.description
  }

  @Test func aGapIsNamed() throws {
    try write(["001.png", "002.png", "004.png", "005.png"].map { "nums/\($0)" })
    let place = shop.path("nums/003.png")
    #expect(try refusal("nums/%03d.png") == "\(place): is missing between 002 and 004")
    try write(["nums/003.png"])
    #expect(try frames(shop.path("nums/%03d.png")).count == 5)
  }

  @Test func severalMissingPicturesAreOneSentence() throws {
    try write(["a-0.png", "a-1.png", "a-10.png", "a-12.png"])
    #expect(try refusal("a-%d.png") == "\(shop.path("a-2.png")): is missing between 1 and 10")
  }

  @Test func aNumberedFolderMayBeMissingToo() throws {
    try write(["take1/a.png", "take2/a.png", "take4/a.png"])
    let place = shop.path("take3/a.png")
    #expect(try refusal("take%d/a.png") == "\(place): is missing between 2 and 4")
  }

  @Test func otherFilesAreNoPicturesOfTheSequence() throws {
    let others = ["003.jpg", "x009.png", "009x.png", "9.png", "+09.png", "01/a.png"]
    try write(["000.png", "001.png"] + others)
    #expect(try frames(shop.path("%03d.png")).count == 2)
  }
}
