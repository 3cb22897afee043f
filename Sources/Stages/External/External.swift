import Foundation
public import Pipeline

/// Runs a program over frames, which it reads and writes as raw pixels on its standard streams.
///
/// The program reads RGB24 frames, row by row and one after the other, until the end of its input,
/// and writes one frame for each. It is told their sizes in its environment: see `docs/plugins.md`.
/// Every reading of the output runs the program anew. The program, and arguments that are files, count with
/// their contents where something that follows is kept; what the program reads beside them does not.
public struct External: Stage {
  public static let name = "external"
  public static let summary = "Runs a program that reads and writes raw frames."
  public static let frames = Port<Frames>("frames")
  public static let inputs: [any AnyPort] = [frames]
  public static let outputs: [any AnyPort] = [frames]

  @Parameter("The program and its arguments; a program without a slash is sought in PATH.")
  public var command: [String] = []
  @Parameter(
    "Width of the frames that it writes; null is that of those it reads.", in: 1...16384,
    unit: "pixels")
  public var width: Int? = nil
  @Parameter(
    "Height of the frames that it writes; null is that of those it reads.", in: 1...16384,
    unit: "pixels")
  public var height: Int? = nil
  @Parameter(
    "The program is ended when it neither reads nor writes for so long.", in: 0.01...86400,
    unit: "seconds")
  public var idleSeconds = 60.0
  @Parameter(
    "The program is ended when it has run for so long; null is no limit.", in: 0.01...604800,
    unit: "seconds")
  public var totalSeconds: Double? = nil

  public init() {}

  public init(command: [String]) { self.command = command }

  public var sourceFiles: [String: [String]] {
    guard let name = command.first, let program = try? ProgramFile.path(of: name) else {
      return [:]
    }
    return ["program": [program] + command.dropFirst().filter { MediaState.File($0) != nil }]
  }

  public func extents(of inputs: [String: Extent]) -> [String: Extent] {
    guard var extent = inputs[Self.frames.name] else { return [:] }
    (extent.width, extent.height) = (width ?? extent.width, height ?? extent.height)
    return [Self.frames.name: extent]
  }

  public func run(_ inputs: Ports, in context: RunContext) async throws -> Ports {
    guard let name = command.first, !name.isEmpty else {
      throw ParameterError("command", "must name a program, as [\"python3\", \"grade.py\"]")
    }
    let path = try ProgramFile.path(of: name)
    let frames = inputs[Self.frames]
    var info = frames.info
    (info.width, info.height) = (width ?? info.width, height ?? info.height)
    let job = ExternalJob(
      path: path, words: command, environment: environment(frames.info, info, context),
      input: frames, output: info, idleSeconds: idleSeconds, totalSeconds: totalSeconds,
      note: context.note)
    return Ports(
      Self.frames,
      Frames(info) {
        let reading = try ExternalReading(job)
        return { try await reading.next() }
      })
  }

  /// What the program is told of its frames.
  private func environment(
    _ input: Frames.Info, _ output: Frames.Info, _ context: RunContext
  ) -> [String: String] {
    var told = [
      "PVPIPE_WIDTH": "\(input.width)", "PVPIPE_HEIGHT": "\(input.height)",
      "PVPIPE_OUTPUT_WIDTH": "\(output.width)", "PVPIPE_OUTPUT_HEIGHT": "\(output.height)",
      "PVPIPE_RATE": "\(input.rate)", "PVPIPE_SEED": "\(context.stageSeed)",
    ]
    told["PVPIPE_FRAMES"] = input.estimatedCount.map { "\($0)" }
    return ProcessInfo.processInfo.environment
      .filter { $0.key != "PVPIPE_FRAMES" }.merging(told) { $1 }
  }
}
