import Foundation

/// What became of one video of a data set.
public struct SourceReport: Codable, Equatable, Sendable {
  /// A clip that was written.
  public struct Clip: Codable, Equatable, Sendable {
    /// Its name without `.mp4`.
    public var name: String
    /// Its first frame in the video, counted from 0.
    public var first: Int
    public var count: Int
    /// Least and greatest of its cameras, to the head's left.
    public var yawDegrees: ClosedRange<Double>
    /// Least and greatest of its cameras, upward.
    public var pitchDegrees: ClosedRange<Double>
    /// Least and greatest size of the face in the video, in pixels.
    public var faceSize: ClosedRange<Double>
    /// The greatest part of a crop that is outside of the picture.
    public var outside: Double
    /// Least and greatest.
    public var sharpness: ClosedRange<Double>
    /// The median change from frame to frame.
    public var motion: Double
  }

  /// A place between two frames that do not belong together.
  public struct Cut: Codable, Equatable, Sendable {
    public enum Sign: String, Codable, Sendable {
      /// The face is elsewhere; `found` and `wanted` are parts of its size.
      case jump
      /// The face has another size; `found` and `wanted` are ratios.
      case scale
      /// The crop shows something else; `found` and `wanted` are mean differences of gray values.
      case change
    }

    /// The first frame behind the cut.
    public var frame: Int
    public var sign: Sign
    public var found: Double
    public var wanted: Double
  }

  /// The file's name.
  public var file: String
  /// What must be the same for these clips to be kept in another run.
  public var key: String
  /// Pixels of the video; 0 where it could not be opened.
  public var width = 0
  public var height = 0
  /// Nominal frames a second.
  public var rate = 0.0
  /// Frames that were read.
  public var frames = 0
  public var clips: [Clip] = []
  public var cuts: [Cut] = []
  public var rejected: [Rejection] = []

  public init(file: String, key: String) {
    self.file = file
    self.key = key
  }

  /// The frames that are in clips.
  public var kept: Int { clips.reduce(0) { $0 + $1.count } }

  /// One line.
  public var summary: String {
    if !clips.isEmpty {
      return "\(clips.count) \(clips.count == 1 ? "clip" : "clips"), \(kept) of \(frames) frames"
    }
    if let message = rejected.first(where: { $0.reason == .unreadable })?.message {
      return "no clip: \(message)"
    }
    let reasons = Rejection.Reason.allCases.filter { reason in
      rejected.contains { $0.reason == reason }
    }
    return "no clip: \(reasons.map(\.rawValue).joined(separator: ", "))"
  }
}

/// A number with as many digits as a reader needs.
struct Rounded {
  let text: String

  init(_ value: Double) {
    text =
      value == value.rounded()
      ? String(format: "%.0f", value)
      : String(format: abs(value) < 10 ? "%.2f" : "%.1f", value)
  }
}

extension ClosedRange<Double> {
  /// The range of values; from 0 to 0 if there are none.
  init(of values: [Double]) { self = (values.min() ?? 0)...(values.max() ?? 0) }
}
