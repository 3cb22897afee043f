/// A pipeline that is proved to be runnable: every stage made, every input connected.
public struct Plan: Sendable {
  /// One stage and where its inputs come from.
  public struct Step: Sendable {
    public let id: String
    /// The entry in the document.
    public let place: JSONPointer
    public let stage: any Stage
    let sources: [String: Source]

    /// The stage's name in the registry.
    public var name: String { type(of: stage).name }
  }

  /// An output of an earlier step.
  struct Source: Hashable, Sendable {
    let step: Int
    let port: String
  }

  public let summary: String?
  public let steps: [Step]

  /// Checks `spec` against `registry`.
  ///
  /// - Throws: ``PipelineError`` with all that is wrong with the document, in its order
  public init(_ spec: PipelineSpec, registry: StageRegistry) throws(PipelineError) {
    var planner = Planner(spec, registry: registry)
    for index in spec.stages.indices { planner.plan(index) }
    guard planner.issues.isEmpty else { throw PipelineError(planner.issues) }
    summary = spec.summary
    steps = planner.steps
  }
}
