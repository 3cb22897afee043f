import Media
public import Pipeline

/// Successive frames of videos: `100:200` are 100 frames, the first of them number 100.
///
/// Either end may be left out. Frames count from 0, after what `decode` passes over already.
public struct FrameRange: Hashable, Sendable, CustomStringConvertible {
  public let start: Int
  /// The number after the last frame's.
  public let end: Int?

  /// Reads `A:B`, `A:` or `:B`.
  public init?(_ text: String) {
    guard let match = text.wholeMatch(of: /([0-9]*):([0-9]*)/), text != ":" else { return nil }
    let (start, end) = (match.1.isEmpty ? 0 : Int(match.1), match.2.isEmpty ? nil : Int(match.2))
    guard let start, end != nil || match.2.isEmpty, end.map({ $0 > start }) ?? true else {
      return nil
    }
    self.start = start
    self.end = end
  }

  public var description: String { "\(start):\(end.map(String.init) ?? "")" }

  /// What `PipelineSpec.overriding` has to set so that every video gives these frames alone.
  ///
  /// Pictures stay as they are. A file that cannot be opened is the run's to report.
  public func settings(for spec: PipelineSpec) throws(OverrideError) -> [String] {
    var settings: [String] = []
    for entry in spec.stages where Self.readsVideo(entry) {
      guard let id = entry.id else { continue }
      func number(_ name: String) -> Int? {
        guard case .integer(let value)? = entry.with[name] else { return nil }
        return Int(exactly: value)
      }
      let counts = [number("count").map { $0 - start }, end.map { $0 - start }].compactMap { $0 }
      if let count = counts.min() {
        guard count > 0 else {
          throw wrong("'\(id)' takes \(count + start) frames only")
        }
        settings.append("\(id).count=\(count)")
      }
      if start > 0 { settings.append("\(id).start=\((number("start") ?? 0) + start)") }
    }
    guard spec.stages.contains(where: Self.readsVideo) else {
      throw wrong("the document decodes no video")
    }
    return settings
  }

  private func wrong(_ message: String) -> OverrideError {
    OverrideError([Issue(message, at: "--frames \(self)")])
  }

  private static func readsVideo(_ entry: PipelineSpec.Entry) -> Bool {
    entry.use == FindFootage.name || entry.use == Decode.name && !isStill(entry)
  }

  private static func isStill(_ entry: PipelineSpec.Entry) -> Bool {
    guard case .string(let path)? = entry.with["path"] else { return false }
    return (try? VideoReader(path: path).isStill) ?? false
  }
}
