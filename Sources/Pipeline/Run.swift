extension Plan {
  /// Runs the stages in the document's order.
  ///
  /// Lazy outputs are read by the stages they feed; what no stage reads, the caller may. Every output
  /// is handed on with its ``Provenance``. Costly stages are looked up in the context's ``Cache``.
  /// - Returns: the outputs of every stage by its id
  /// - Throws: ``StageFailure``, which names the stage at fault, or `CancellationError`
  @discardableResult
  public func run(in context: RunContext) async throws -> [String: Ports] {
    guard let journal = context.journal else { return try await outputs(in: context) }
    var context = context
    context.events = { [events = context.events] event in
      journal.take(event)
      events(event)
    }
    do {
      let outputs = try await outputs(in: context)
      journal.end(failure: nil)
      return outputs
    } catch {
      journal.end(failure: error)
      throw error
    }
  }

  /// Checks what can be known of files before the first stage runs.
  ///
  /// - Throws: ``StageFailure``, which names the stage that would fail
  public func check(in context: RunContext) throws {
    for step in steps {
      do {
        try step.stage.check(in: context.running(step.id))
      } catch {
        throw step.blamed(error)
      }
    }
  }

  private func outputs(in context: RunContext) async throws -> [String: Ports] {
    var context = context
    context.steps = steps
    try check(in: context)
    var outputs: [Ports] = []
    var keys = context.cache.map { StepKeys(steps, context, $0) }
    for (index, step) in steps.enumerated() {
      try Task.checkCancellation()
      let events = context.events
      func tell(_ kind: Event.Kind) { events(Event(stage: step.id, kind: kind)) }
      tell(.started(name: step.name, index: index, count: steps.count))
      let clock = ContinuousClock()
      let start = clock.now
      let inputs = Ports(feeding: step.sources, from: outputs)
      let running = context.running(step.id)
      let kept = try keys?.cached(index, in: running)
      let given = try await step.run(inputs, in: running, kept)
      outputs.append(context.journal?.observed(given, of: step.id) ?? given)
      tell(.finished(seconds: (clock.now - start) / .seconds(1)))
    }
    return Dictionary(uniqueKeysWithValues: zip(steps.map(\.id), outputs))
  }
}

extension Plan.Step {
  /// Runs one stage; its failures, also the later ones of its lazy outputs, carry its name.
  fileprivate func run(
    _ inputs: Ports, in context: RunContext, _ kept: CachedStep?
  ) async throws -> Ports {
    do {
      let given =
        if let kept { try await kept.outputs(inputs, in: context) } else {
          try await stage.run(inputs, in: context)
        }
      let type = type(of: stage)
      for port in type.outputs {
        guard let artifact = given.artifacts[port.name], Swift.type(of: artifact) == port.artifact
        else { throw MissingOutput(stage: type.name, port: port.name) }
      }
      return given.mapArtifacts { $0.failing(as: blamed) }.made(of: inputs.provenance)
    } catch {
      throw blamed(error)
    }
  }

  fileprivate func blamed(_ error: any Error) -> any Error {
    if error is StageFailure || error is CancellationError { return error }
    return StageFailure(place: place, id: id, cause: error)
  }
}

/// A stage that gives less than it declares.
private struct MissingOutput: Error, CustomStringConvertible {
  let stage: String
  let port: String
  var description: String { "\(stage) has not given its output '\(port)'" }
}

/// The failure of a run: which stage failed, and how.
public struct StageFailure: Error, CustomStringConvertible {
  public let place: JSONPointer
  public let id: String
  public let cause: any Error

  /// The sentence and its place: `/stages/1 (face-crop): frame 12: no face was found`.
  public var description: String { "\(place) (\(id)): \(sentence(of: cause))" }
}
