import Batch
import Foundation
import Pipeline
import TestSupport
import Testing

@Suite struct ItemSourceTests {
  let shop: Workshop

  init() throws { shop = try Workshop("items") }

  func touch(_ names: String...) throws {
    for name in names {
      let url = URL(fileURLWithPath: shop.path(name))
      try FileManager.default.createDirectory(
        at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data().write(to: url)
    }
  }

  func values(_ option: String) throws(Pipeline.Issue) -> [String] {
    try ItemSource(option, in: shop.folder).values.map {
      String($0.dropFirst(shop.folder.path.count + 1))
    }
  }

  func complaint(_ option: String) -> String? {
    do throws(Pipeline.Issue) {
      _ = try values(option)
      return nil
    } catch {
      return error.description
    }
  }

  @Test func aFolderGivesItsVideosAndPicturesInOrder() throws {
    try touch(
      "clips/b.MP4", "clips/a ö.jpg", "clips/.hidden.mp4", "clips/notes.txt", "clips/deep/c.mp4")
    let source = try ItemSource("source.path=clips/", in: shop.folder)
    #expect(source.parameter == "source.path")
    #expect(try values("source.path=clips/") == ["clips/a ö.jpg", "clips/b.MP4"])
  }

  @Test func aPatternGivesTheFilesThatMatch() throws {
    try touch("x/b1.mp4", "x/a1.mp4", "x/a2.mov", "x/a3.mp4/inside.mp4")
    #expect(try values("source.path=x/?1.mp4") == ["x/a1.mp4", "x/b1.mp4"])
    #expect(try values("source.path=x/a*") == ["x/a1.mp4", "x/a2.mov"])
  }

  @Test func aListGivesItsLinesOnce() throws {
    try "a.mp4\r\n\n  deep/../b c.mp4 \na.mp4\n/abs.mp4\n".write(
      toFile: shop.path("all.txt"), atomically: true, encoding: .utf8)
    let source = try ItemSource("source.path=all.txt", in: shop.folder)
    #expect(source.values == [shop.path("a.mp4"), shop.path("b c.mp4"), "/abs.mp4"])
  }

  @Test func aFileWhosNameLooksLikeAPatternIsOneItem() throws {
    try touch("[1].mp4")
    #expect(try values("source.path=[1].mp4") == ["[1].mp4"])
  }

  @Test func whatGivesNothingIsOneSentence() throws {
    try touch("empty/notes.md", "actor.mp4")
    try "\n".write(toFile: shop.path("none.txt"), atomically: true, encoding: .utf8)
    let wanted = [
      "source.path=empty": "--each source.path: the folder 'empty' has no video or picture in it",
      "source.path=*.mkv": "--each source.path: no file matches '*.mkv'",
      "source.path=none.txt": "--each source.path: the list 'none.txt' names no file",
      "source.path=acotr.mp4":
        "--each source.path: 'acotr.mp4' does not exist; did you mean 'actor.mp4'?",
      "source.path=": "--each source.path: names no folder, pattern or list",
      "path=empty":
        "--each path=empty: must have the form id.parameter=FOLDER|GLOB|LIST",
    ]
    for (option, sentence) in wanted { #expect(complaint(option) == sentence) }
  }

  @Test func severalSourcesArePairedOrCrossed() throws {
    try touch("a/1.mp4", "a/2.mp4", "b/x.jpg", "b/y.jpg", "b/z.jpg")
    let two = try ItemSource("source.path=a", in: shop.folder)
    let three = try ItemSource("target.path=b", in: shop.folder)
    func names(_ items: [[String]]) -> [String] {
      items.map { $0.map { String($0.suffix(5).first ?? " ") }.joined() }
    }
    #expect(
      try names(ItemCombination.values(of: [two, three], .cross))
        == ["1x", "1y", "1z", "2x", "2y", "2z"])
    #expect(
      throws: Pipeline.Issue(
        "needs as many values of each; source.path has 2, target.path has 3", at: "--zip")
    ) { try ItemCombination.values(of: [two, three], .zip) }
    #expect(throws: Pipeline.Issue.self) { try ItemCombination.values(of: [two, three], nil) }
    #expect(throws: Pipeline.Issue("is given twice", at: "--each source.path")) {
      try ItemCombination.values(of: [two, two], .zip)
    }
    let other = try ItemSource("target.path=a", in: shop.folder)
    #expect(try names(ItemCombination.values(of: [two, other], .zip)) == ["11", "22"])
  }
}
