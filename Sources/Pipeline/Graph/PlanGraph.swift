/// The steps of a plan and what flows between them, to be drawn.
public struct PlanGraph: Sendable {
  /// A step, in the order of the plan.
  public struct Node: Hashable, Sendable {
    public let id: String
    /// The name of its stage.
    public let stage: String
    public let summary: String
    /// The names of the stage's inputs, connected or not.
    public let inputs: [String]
    /// The names of its outputs.
    public let outputs: [String]
  }

  /// An artifact that one step hands to a later one.
  public struct Edge: Hashable, Sendable {
    /// The index of the node that gives it.
    public let from: Int
    /// The index of the node that takes it.
    public let to: Int
    /// The name of the output.
    public let output: String
    /// The name of the input.
    public let input: String

    /// The output, and the input where that is called otherwise: `crops → frames`.
    public var label: String { output == input ? output : "\(output) → \(input)" }
  }

  public internal(set) var title: String?
  public let nodes: [Node]
  /// By the nodes that take, in their order, and by input.
  public let edges: [Edge]

  public init(_ plan: Plan) {
    title = plan.summary
    nodes = plan.steps.map { step in
      let type = type(of: step.stage)
      return Node(
        id: step.id, stage: type.name, summary: type.summary, inputs: type.inputs.map(\.name),
        outputs: type.outputs.map(\.name))
    }
    edges = plan.steps.enumerated().flatMap { index, step in
      step.sources.sorted { $0.key < $1.key }.map { input, source in
        Edge(from: source.step, to: index, output: source.port, input: input)
      }
    }
  }
}
