import Batch
import Testing

@Suite struct BatchTableTests {
  @Test func withoutATerminalThereIsALineForEveryEnd() {
    var table = BatchTable(.lines, count: 3)
    table.started("a", at: 0)
    table.started("b", at: 1)
    #expect(table.refreshed(at: 1) == "")
    #expect(table.ended("b", sentence: nil, at: 3.54) == "[1/3] b: done, 2.5 s\n")
    #expect(
      table.ended("a", sentence: "a.mp4: is truncated", at: 4)
        == "[2/3] a: failed: a.mp4: is truncated\n")
    #expect(table.end() == "")
  }

  @Test func onATerminalTheItemsAtWorkAreRewritten() {
    var table = BatchTable(.terminal(columns: 40, rows: 24), count: 4)
    table.started("first", at: 0)
    table.started("日本", at: 10)
    table.said("[1/2] source: decode", by: "first")
    let block =
      "  first   1:15  [1/2] source: decode\n  日本    1:05  \n"
      + "0 done, 0 failed, 2 at work, 2 waiting\n"
    #expect(table.refreshed(at: 75) == block)
    let up = "\u{1B}[3A\r\u{1B}[J"
    #expect(table.refreshed(at: 75.5) == "")
    table.said("[2/2] output: encode", by: "first")
    #expect(table.refreshed(at: 75.5).hasPrefix(up + "  first   1:15  [2/2] output: encode\n"))
    #expect(
      table.ended("first", sentence: nil, at: 80)
        == up + "[1/4] first: done, 80.0 s\n  日本   1:10  \n1 done, 0 failed, 1 at work, 2 waiting\n"
    )
    #expect(table.end() == "\u{1B}[2A\r\u{1B}[J")
    #expect(table.end() == "")
  }

  @Test func aLowTerminalShowsTheFirst() {
    var table = BatchTable(.terminal(columns: 60, rows: 5), count: 9)
    for id in ["a", "b", "c", "d"] { table.started(id, at: 0) }
    let lines = table.refreshed(at: 0).split(separator: "\n")
    #expect(lines.count == 3)
    #expect(lines[2] == "0 done, 0 failed, 4 at work (2 not shown), 5 waiting")
  }
}
