import Foundation
import TestSupport
import Testing

@Suite struct GraphTests {
  @Test func aPipelineIsDrawnForGraphviz() throws {
    let result = try Program.run("graph", "pipelines/roundtrip.json", "--format", "dot")
    #expect(result.status == 0)
    #expect(result.lines.first == "digraph pipeline {")
    #expect(result.lines.contains("  \"source\" -> \"output\" [label=\"frames\"];"))
  }

  @Test func aPipelineIsDrawnForMarkdown() throws {
    let result = try Program.run("graph", "pipelines/roundtrip.json", "--format", "mermaid")
    #expect(
      result.lines == [
        "flowchart LR", "  n0[\"source<br/>decode\"]", "  n1[\"output<br/>encode\"]",
        "  n0 -->|\"frames\"| n1",
      ])
  }

  @Test func aPipelineIsDrawnAsAPicture() throws {
    let result = try Program.run("graph", "pipelines/reenact.json")
    #expect(result.lines.first?.hasPrefix("<svg ") == true)
    #expect(result.lines.last == "</svg>")
  }

  @Test func aWrongDocumentIsNotDrawn() throws {
    let result = try Program.run("graph", "pipelines/schema.json")
    #expect(result.status == 65)
    #expect(result.output == "")
    #expect(result.errors.contains("pipelines/schema.json: /definitions: a pipeline has no key"))
  }
}
