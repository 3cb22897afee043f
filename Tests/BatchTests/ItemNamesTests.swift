import Batch
import Testing

@Suite struct ItemNamesTests {
  func ids(_ values: [[String]], _ previous: [BatchItem] = []) -> [String] {
    ItemNames.items(of: values, remembering: previous).map(\.id)
  }

  @Test func itemsAreCalledAfterTheirFiles() {
    #expect(
      ids([["/x/Mein Film – ä 1.mp4"], ["/x/日本 語.mp4"], ["/a/actor.mp4", "/b/portrait.jpg"]])
        == ["Mein Film – ä 1", "日本 語", "actor_portrait"])
  }

  @Test func namesAlikeButForCaseAreNumbered() {
    #expect(
      ids([["/x/a.mp4"], ["/y/a.mov"], ["/x/A.mp4"], ["/x/logs.mp4"]])
        == ["a", "a-2", "A-3", "logs-2"])
  }

  @Test func idsStayWhenItemsComeBefore() {
    let before = ItemNames.items(of: [["/x/a.mp4"], ["/y/a.mp4"]], remembering: [])
    #expect(ids([["/w/a.mp4"], ["/y/a.mp4"], ["/x/a.mp4"]], before) == ["a-3", "a-2", "a"])
  }

  @Test func whatCannotNameAFileIsReplaced() {
    #expect(
      ids([["/x/100%04d.png"], ["/x/.hidden"], ["/x/-x.mp4"], ["/x/a\nb\\c.mp4"], ["/x/.mp4"]])
        == ["100-04d", "_hidden", "_x", "a-b-c", "_mp4"])
    let long = ids([["/x/\(String(repeating: "ä", count: 300)).mp4"]])[0]
    #expect(long == String(repeating: "ä", count: 50))
  }
}
