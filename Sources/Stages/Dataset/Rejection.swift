/// Frames of a video that are in no clip, and why.
public struct Rejection: Codable, Equatable, Sendable {
  public enum Reason: String, Codable, CaseIterable, Sendable {
    /// The file cannot be read, or not beyond these frames.
    case unreadable
    /// No face is found.
    case faceless
    /// The face is smaller in the video than wanted; `found` and `wanted` are pixels.
    case small
    /// Too much of the crop lies outside of the picture; `found` and `wanted` are parts of its area.
    case outside
    /// The crop is less sharp than wanted; `found` and `wanted` are variances of the Laplacian.
    case blurred
    /// Nothing moves; `found` and `wanted` are median differences of gray values between frames.
    case still
    /// Too few frames lie between two ends; `found` and `wanted` are frames.
    case short
  }

  public var reason: Reason
  /// The first of the frames in their video, counted from 0.
  public var first: Int
  /// How many they are; nil where that is not known.
  public var count: Int?
  /// The worst number that was found.
  public var found: Double?
  /// The number at which they would have been kept.
  public var wanted: Double?
  /// The sentence of the failure, if there was one.
  public var message: String?

  public init(
    _ reason: Reason, first: Int, count: Int?, found: Double? = nil, wanted: Double? = nil,
    message: String? = nil
  ) {
    self.reason = reason
    self.first = first
    self.count = count
    self.found = found
    self.wanted = wanted
    self.message = message
  }

  /// What a reader is told of it.
  public var sentence: String {
    func number(_ value: Double?) -> String { value.map { Rounded($0).text } ?? "" }
    let detail: String =
      switch reason {
      case .unreadable: message ?? ""
      case .faceless: "no face is found"
      case .small: "the face has \(number(found)) pixels, wanted are \(number(wanted))"
      case .outside: "\(number(found)) of the crop is outside, at most \(number(wanted)) may be"
      case .blurred: "sharpness is \(number(found)), wanted is \(number(wanted))"
      case .still: "frames differ by \(number(found)), wanted is \(number(wanted))"
      case .short: "\(number(found)) frames in a row, wanted are \(number(wanted))"
      }
    let place = count.map { "frames \(first)–\(first + $0 - 1)" } ?? "from frame \(first)"
    return "\(place) \(reason.rawValue): \(detail)"
  }
}

extension [Rejection] {
  /// In the order of frames, those of one reason that follow each other joined.
  package var joined: [Rejection] {
    var result: [Rejection] = []
    for next in sorted(by: { ($0.first, $0.count ?? .max) < ($1.first, $1.count ?? .max) }) {
      let each: Set<Rejection.Reason> = [.faceless, .small, .outside, .blurred]
      guard var last = result.last, each.contains(next.reason), last.reason == next.reason,
        let count = last.count, let more = next.count, last.first + count == next.first
      else {
        result.append(next)
        continue
      }
      last.count = count + more
      let worst = next.reason == .outside ? Swift.max : Swift.min as (Double, Double) -> Double
      if let found = last.found, let other = next.found { last.found = worst(found, other) }
      result[result.count - 1] = last
    }
    return result
  }
}
