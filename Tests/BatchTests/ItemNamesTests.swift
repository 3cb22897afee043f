import Batch
import Foundation
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

  @Test(arguments: [
    "done", "failed", "logs", "thumbnails", "manifest.json", "pipeline.json", "summary.json",
    "report.html", "jobs.json", "items-1.sbatch", "report.sbatch", "Manifest.JSON",
  ])
  func whatTheBatchItselfIsCalledIsNumbered(_ name: String) {
    #expect(ids([["/x/\(name).mp4"], ["/y/\(name).mov"]]) == ["\(name)-2", "\(name)-3"])
  }

  @Test func everyFileOfABatchHasANameThatNoItemHas() {
    let batch = BatchFolder(URL(fileURLWithPath: "/b"))
    let files = [
      batch.manifest, batch.document, batch.summary, batch.page, batch.jobs, batch.lock,
      batch.script("items-1"), batch.done("a"), batch.failed("a"), batch.log(of: "a"),
      batch.thumbnail(of: "a"),
    ]
    for file in files {
      let name = file.pathComponents[2]
      #expect(ids([["/x/\(name).mp4"]]) != [name])
    }
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
