import ArgumentParser
import Pipeline
import Stages

/// Which part of a pipeline is run.
struct PartOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Take frames A up to B, without B, of every video that is decoded.", valueName: "A:B"))
  var frames: FrameRange?
  @Option(help: ArgumentHelp("End with this stage.", valueName: "id")) var until: String?

  init() {}

  init(frames: FrameRange?, until: String?) {
    self.frames = frames
    self.until = until
  }

  /// The document for the frames alone, and the settings that say so.
  func applied(to spec: PipelineSpec) throws(OverrideError) -> (PipelineSpec, [String]) {
    guard let frames else { return (spec, []) }
    let settings = try frames.settings(for: spec)
    return (try spec.overriding(settings, in: .builtIn), settings)
  }

  /// The plan as far as it goes.
  func applied(to plan: Plan) throws(OverrideError) -> Plan {
    guard let until else { return plan }
    return try plan.until(until)
  }
}

extension FrameRange: ExpressibleByArgument {
  public init?(argument: String) { self.init(argument) }
}
