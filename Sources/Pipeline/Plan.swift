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

  /// The plan that ends with the stage called `id`.
  ///
  /// - Throws: ``OverrideError`` where there is no such stage
  public func until(_ id: String) throws(OverrideError) -> Plan {
    guard let last = steps.firstIndex(where: { $0.id == id }) else {
      let hint = NearestName.hint(id, among: steps.map(\.id), listing: "there are")
      throw OverrideError([Issue("no stage has the id '\(id)'\(hint)", at: "--until")])
    }
    return Plan(summary: summary, steps: Array(steps[...last]))
  }

  private init(summary: String?, steps: [Step]) {
    self.summary = summary
    self.steps = steps
  }
}
