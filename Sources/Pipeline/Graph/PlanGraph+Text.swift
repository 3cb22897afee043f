extension PlanGraph {
  /// The graph in Graphviz's language.
  public var dot: String {
    func escaped(_ text: String) -> String {
      text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
    }
    let head = ["digraph pipeline {", "  rankdir=LR;", "  node [shape=box, style=rounded];"]
    let title = self.title.map { ["  label=\"\(escaped($0))\";"] } ?? []
    let boxes = nodes.map { node in
      let id = escaped(node.id)
      // The line break is Graphviz's own.
      return "  \"\(id)\" [label=\"\(id)\\n\(escaped(node.stage))\"];"
    }
    let arrows = edges.map { edge in
      let (from, to) = (escaped(nodes[edge.from].id), escaped(nodes[edge.to].id))
      return "  \"\(from)\" -> \"\(to)\" [label=\"\(escaped(edge.label))\"];"
    }
    return (head + title + boxes + arrows + ["}"]).joined(separator: "\n")
  }

  /// The graph in Mermaid's language, which many Markdown viewers draw.
  public var mermaid: String {
    func escaped(_ text: String) -> String {
      [("#", "#35;"), ("\"", "#quot;"), ("<", "#lt;"), (">", "#gt;")]
        .reduce(text) { $0.replacing($1.0, with: $1.1) }
    }
    // Nodes are numbered: an id may be a word of Mermaid's own, such as "end".
    let boxes = nodes.enumerated().map { index, node in
      "  n\(index)[\"\(escaped(node.id))<br/>\(escaped(node.stage))\"]"
    }
    let arrows = edges.map { "  n\($0.from) -->|\"\(escaped($0.label))\"| n\($0.to)" }
    return (["flowchart LR"] + boxes + arrows).joined(separator: "\n")
  }
}
