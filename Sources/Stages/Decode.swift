import Foundation
import Media
public import Pipeline

/// Reads a video, a picture or numbered pictures.
public struct Decode: Stage {
  public static let name = "decode"
  public static let version = 2
  public static let summary = "Reads a video, a picture or numbered pictures."
  public static let frames = Port<Frames>("frames")
  public static let outputs: [any AnyPort] = [frames]
  public static let influences: Set<Influence> = []

  @Parameter("The file to read; a name with %04d stands for numbered pictures.")
  public var path = ""
  @Parameter(
    "Frames to pass over; from above 0 on, time begins anew and audio is left out.", in: 0...,
    unit: "frames")
  public var start = 0
  @Parameter("Frames to take; null takes all.", in: 1..., unit: "frames")
  public var count: Int? = nil

  public init() {}

  public init(path: String, start: Int = 0, count: Int? = nil) {
    self.path = path
    self.start = start
    self.count = count
  }

  public var sourceFiles: [String: [String]] { ["path": MediaState(path).files.map(\.path)] }

  public func validate() throws { try RereadableFile.check(path, of: "path") }

  public func extents(of inputs: [String: Extent]) -> [String: Extent] {
    guard let reader = try? VideoReader(path: path) else { return [:] }
    return [
      Self.frames.name: Extent(
        frames: count(of: reader), width: reader.width, height: reader.height)
    ]
  }

  public func check(in context: RunContext) throws {
    guard !path.isEmpty else { throw ParameterError("path", "must name a file, not \"\"") }
    _ = try VideoReader(path: path)
  }

  public func run(_ inputs: Ports, in context: RunContext) async throws -> Ports {
    guard !path.isEmpty else { throw ParameterError("path", "must name a file, not \"\"") }
    let file = SteadyFile(path)
    let reader = try VideoReader(path: path)
    if Synthesis.isStated(by: reader.comment) {
      context.note("\(path) says that it was synthesized, and so will what is made of it")
    }
    let rate = reader.frameRate ?? Ratio(25, 1)
    let info = Frames.Info(
      width: reader.width, height: reader.height, rate: rate, timeBase: reader.timeBase,
      estimatedCount: count(of: reader),
      audioPath: reader.hasAudio && start == 0 ? path : nil)
    return Ports(Self.frames, Frames(info) { try reading(file) })
      .made(of: .file(path, comment: reader.comment))
  }

  /// How many frames are likely to come.
  private func count(of reader: VideoReader) -> Int? {
    let rest = (reader.isStill ? 1 : reader.estimatedFrameCount).map { max(0, $0 - start) }
    return rest.map { min($0, count ?? $0) } ?? count
  }

  /// One reading of the file, which is opened anew.
  private func reading(_ file: SteadyFile) throws -> Frames.Reading {
    let opened = try file.reading(frame: nil) { try VideoReader(path: path) }
    guard let reader = opened else { return { nil } }
    var origin: MediaTime?
    var passed = 0
    var given = 0
    return {
      while passed < start, try file.reading(frame: passed, reader.next) != nil {
        try Task.checkCancellation()
        passed += 1
      }
      let next = try file.reading(frame: start + given) {
        given < count ?? .max ? try reader.next() : nil
      }
      guard var frame = next else {
        if given == 0 { throw beyondTheEnd(passed) }
        return nil
      }
      frame.index = given
      given += 1
      if start > 0 {
        let first = origin ?? frame.time
        origin = first
        frame.time = MediaTime(frame.time.value &- first.value, frame.time.timescale)
      }
      return frame
    }
  }

  private func beyondTheEnd(_ count: Int) -> ParameterError {
    let last = "must be below \(count), the number of frames in '\(path)'"
    return ParameterError("start", "\(last), not \(start)")
  }
}
