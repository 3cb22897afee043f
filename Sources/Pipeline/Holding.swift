/// What a stage keeps in memory of a video that passes through it.
public enum Holding: String, Codable, CaseIterable, Sendable {
  /// A few pictures at a time, however many there are.
  case few
  /// Some numbers of every frame, and a few pictures.
  case numbers
  /// All pictures of all its inputs.
  case pictures
}

/// How large a video is, as far as that is known before it is read.
public struct Extent: Hashable, Sendable {
  public var frames: Int?
  /// Pixels of a row.
  public var width: Int?
  /// Rows.
  public var height: Int?

  public init(frames: Int? = nil, width: Int? = nil, height: Int? = nil) {
    self.frames = frames
    self.width = width
    self.height = height
  }

  /// Of all its pictures, 3 a pixel; nothing where a number of them is not known.
  public var bytes: Int? {
    guard let frames, let width, let height else { return nil }
    let (pixels, isLong) = width.multipliedReportingOverflow(by: 3 * height)
    let (bytes, isLonger) = pixels.multipliedReportingOverflow(by: frames)
    return isLong || isLonger ? .max : bytes
  }
}

extension Stage {
  public static var holding: Holding { .few }
  public var writtenFiles: [String: [String]] { [:] }

  public func extents(of inputs: [String: Extent]) -> [String: Extent] {
    let first = Self.inputs.lazy.compactMap { inputs[$0.name] }.first
    return first.map { extent in
      Dictionary(uniqueKeysWithValues: Set(Self.outputs.map(\.name)).map { ($0, extent) })
    } ?? [:]
  }
}
