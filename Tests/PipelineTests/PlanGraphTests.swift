import Foundation
import Pipeline
import Testing

@Suite struct PlanGraphTests {
  func graph(_ text: String) throws -> PlanGraph {
    PlanGraph(try Plan(PipelineSpec(text: text), registry: registry))
  }

  static let two = """
    {"summary": "Counts \\"on\\" & <on>.", "stages": [
      {"id": "end", "use": "count"},
      {"id": "twice", "use": "scale", "from": {"numbers": "end.numbers"}},
      {"id": "all", "use": "sum", "from": {"numbers": "twice.numbers"}},
      {"id": "more", "use": "scale", "from": {"numbers": "end.numbers", "offset": "all.total"}}
    ]}
    """

  @Test func aGraphIsWrittenForGraphviz() throws {
    #expect(
      try graph(Self.two).dot == #"""
        digraph pipeline {
          rankdir=LR;
          node [shape=box, style=rounded];
          label="Counts \"on\" & <on>.";
          "end" [label="end\ncount"];
          "twice" [label="twice\nscale"];
          "all" [label="all\nsum"];
          "more" [label="more\nscale"];
          "end" -> "twice" [label="numbers"];
          "twice" -> "all" [label="numbers"];
          "end" -> "more" [label="numbers"];
          "all" -> "more" [label="total → offset"];
        }
        """#)
  }

  @Test func aGraphIsWrittenForMermaid() throws {
    #expect(
      try graph(Self.two).mermaid == """
        flowchart LR
          n0["end<br/>count"]
          n1["twice<br/>scale"]
          n2["all<br/>sum"]
          n3["more<br/>scale"]
          n0 -->|"numbers"| n1
          n1 -->|"numbers"| n2
          n0 -->|"numbers"| n3
          n2 -->|"total → offset"| n3
        """)
  }

  struct Box {
    let left, top, right, bottom: Double
  }

  /// The boxes of a drawing, in its order.
  func boxes(_ svg: String) -> [Box] {
    svg.matches(
      of: /<rect x="([0-9.]+)" y="([0-9.]+)" width="([0-9.]+)" height="([0-9.]+)" rx/
    ).map { match in
      let (x, y) = (Double(match.1) ?? .nan, Double(match.2) ?? .nan)
      return Box(
        left: x, top: y, right: x + (Double(match.3) ?? .nan), bottom: y + (Double(match.4) ?? .nan)
      )
    }
  }

  @Test func aPictureEscapesWhatXMLMeans() throws {
    let svg = try graph(Self.two).svg
    #expect(svg.contains(">Counts &quot;on&quot; &amp; &lt;on&gt;.</text>"))
    #expect(svg.hasPrefix("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\""))
  }

  @Test func edgesRunToTheRight() throws {
    let graph = try graph(Self.two)
    let boxes = boxes(graph.svg)
    #expect(boxes.count == 4)
    for edge in graph.edges { #expect(boxes[edge.from].right < boxes[edge.to].left) }
  }

  @Test func boxesDoNotOverlap() throws {
    let sources = (0..<9).map { #"{"id": "c\#($0)", "use": "count"}"# }
    let readers = (0..<20).map { index in
      let from = index < 9 ? "c\(index)" : "s\((index * 7) % 9)"
      return #"{"id": "s\#(index)", "use": "scale", "from": {"numbers": "\#(from).numbers"}}"#
    }
    let all = (sources + readers).joined(separator: ", ")
    let boxes = boxes(try graph(#"{"stages": [\#(all)]}"#).svg)
    #expect(boxes.count == 29)
    for (index, box) in boxes.enumerated() {
      #expect(box.left >= 0 && box.top >= 0)
      for other in boxes[..<index] {
        let areApart =
          box.right <= other.left || other.right <= box.left || box.bottom <= other.top
          || other.bottom <= box.top
        #expect(areApart, "\(box) \(other)")
      }
    }
  }
}
