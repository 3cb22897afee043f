public import Media
public import Pipeline

/// A picture of a video and the time at which it is shown.
public typealias Frame = RGBFrame

/// A video that is made as it is read, and can be read again.
///
/// Laws: every reading begins at the first frame; no frame is made before its reader asks for it;
/// times rise; indices count from 0.
public struct Frames: Artifact, AsyncSequence {
  public static let kind = "frames"

  /// What is known of a video before its frames are made.
  public struct Info: Hashable, Sendable {
    /// Pixels of a row.
    public var width: Int
    /// Rows.
    public var height: Int
    /// Nominal frames a second.
    public var rate: Ratio
    /// Seconds of one tick: the times of frames are whole numbers of it.
    public var timeBase: Ratio
    /// How many frames are likely to come; the count of frames read is the truth.
    public var estimatedCount: Int?
    /// The file whose audio belongs to the frames, if it has any.
    public var audioPath: String?

    /// - Parameter timeBase: the time of one frame when nil
    public init(
      width: Int, height: Int, rate: Ratio, timeBase: Ratio? = nil, estimatedCount: Int? = nil,
      audioPath: String? = nil
    ) {
      self.width = width
      self.height = height
      self.rate = rate
      self.timeBase = timeBase ?? rate.inverse
      self.estimatedCount = estimatedCount
      self.audioPath = audioPath
    }
  }

  /// One reading: gives the next frame, or nil at the end.
  public typealias Reading = () async throws -> Frame?

  public let info: Info
  private let open: @Sendable () throws -> Reading
  private let wrap: @Sendable (any Error) -> any Error
  /// What sees the frames that readers get, for a report.
  var strip: FrameStrip?

  /// Frames of which `open` begins a reading.
  public init(_ info: Info, open: @escaping @Sendable () throws -> Reading) {
    self.init(info, open: open, wrap: { $0 })
  }

  private init(
    _ info: Info, open: @escaping @Sendable () throws -> Reading,
    wrap: @escaping @Sendable (any Error) -> any Error
  ) {
    self.info = info
    self.open = open
    self.wrap = wrap
  }

  /// Frames that are there already.
  public init(_ frames: [Frame], rate: Ratio) {
    let info = Info(
      width: frames.first?.width ?? 0, height: frames.first?.height ?? 0, rate: rate,
      estimatedCount: frames.count)
    self.init(info) {
      var rest = frames[...]
      return { rest.popFirst() }
    }
  }

  /// The frames that `body` makes of these, one of each.
  public func eachFrame(
    _ info: Info? = nil, _ body: @escaping @Sendable (Frame) async throws -> Frame
  ) -> Frames {
    Frames(info ?? self.info) {
      var iterator = makeAsyncIterator()
      return {
        guard let frame = try await iterator.next() else { return nil }
        return try await body(frame)
      }
    }
  }

  public func failing(as wrap: @escaping @Sendable (any Error) -> any Error) -> Frames {
    var frames = Frames(info, open: open) { [inner = self.wrap] in wrap(inner($0)) }
    frames.strip = strip
    return frames
  }

  public func makeAsyncIterator() -> Iterator { Iterator(open: open, wrap: wrap) }

  /// One reading, begun at its first frame and ended by its first failure.
  public struct Iterator: AsyncIteratorProtocol {
    private enum State {
      case new(@Sendable () throws -> Reading)
      case reading(Reading)
      case ended
    }

    private var state: State
    private let wrap: @Sendable (any Error) -> any Error

    fileprivate init(
      open: @escaping @Sendable () throws -> Reading,
      wrap: @escaping @Sendable (any Error) -> any Error
    ) {
      state = .new(open)
      self.wrap = wrap
    }

    public mutating func next() async throws -> Frame? {
      do {
        let reading: Reading
        switch state {
        case .new(let open): reading = try open()
        case .reading(let begun): reading = begun
        case .ended: return nil
        }
        state = .ended
        try Task.checkCancellation()
        guard let frame = try await reading() else { return nil }
        state = .reading(reading)
        return frame
      } catch {
        throw wrap(error)
      }
    }
  }
}
