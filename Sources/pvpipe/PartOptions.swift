import ArgumentParser
import Pipeline
import Stages

/// Which part of a pipeline is run.
struct PartOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Take frames A up to B, without B, of every video that is decoded.", valueName: "A:B"),
    transform: Self.range)
  var frames: FrameRange?
  @Option(help: ArgumentHelp("End with this stage.", valueName: "id")) var until: String?

  init() {}

  init(frames: FrameRange?, until: String?) {
    self.frames = frames
    self.until = until
  }

  private static func range(_ text: String) throws -> FrameRange {
    guard let range = FrameRange(text) else {
      throw ValidationError(
        "must be A:B, A: or :B with A below B, both numbers of frames from 0, not '\(text)'")
    }
    return range
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
