import Foundation

/// What a person reads of a run: turns events and their times into text, and knows no clock.
public struct ProgressReport: Sendable {
  /// How the text is read.
  public enum Style: Hashable, Sendable {
    /// The last line is rewritten in place, at most ten times a second.
    case terminal(columns: Int)
    /// Every line stays; of progress there is one line in ten seconds.
    case lines
  }

  private let style: Style
  private var stages: [String: Progress] = [:]
  private var lastShown = -Double.infinity
  private var hasOpenLine = false

  public init(_ style: Style) { self.style = style }

  /// The text to write for `event`, with its line ends; empty where there is nothing to say yet.
  ///
  /// - Parameter time: seconds since any fixed moment
  public mutating func text(for event: Event, at time: Double) -> String {
    let id = event.stage
    let label = stages[id]?.label ?? id
    switch event.kind {
    case .started(let name, let index, let count):
      let label = "[\(index + 1)/\(count)] \(id)"
      stages[id] = Progress(label: label)
      lastShown = time
      return style == .lines ? line("\(label): \(name)") : passing("\(label): \(name)")
    case .restored(let age, let size):
      return line("\(label): from the cache, \(age) old, \(size)")
    case .finished(let seconds):
      return line("\(label): \(Self.decimal(seconds)) s")
    case .progress(let done, let total, let detail):
      var progress = stages[id] ?? Progress(label: id)
      progress.advance(to: done, at: time)
      stages[id] = progress
      guard done == total || time - lastShown >= pause else { return "" }
      lastShown = time
      return passing(progress.sentence(done, of: total, at: time, detail))
    case .note(let text):
      return line("\(label): \(text)")
    case .wrote(let path, _):
      return line("\(label): wrote \(path)")
    case .stands(let path, let age, let size):
      return line("\(label): \(path) is as it was written, \(age) old, \(size)")
    case .exhibit, .kept:
      return ""
    }
  }

  /// The text to write when nothing more will happen: on a terminal the last line's end.
  public mutating func end() -> String {
    defer { hasOpenLine = false }
    return hasOpenLine ? "\n" : ""
  }

  /// Seconds between two lines of progress.
  private var pause: Double { style == .lines ? 10 : 0.1 }

  /// A line that stays.
  private mutating func line(_ text: String) -> String {
    defer { hasOpenLine = false }
    return (hasOpenLine ? Self.clear : "") + text + "\n"
  }

  /// A line that on a terminal gives way to the next.
  private mutating func passing(_ text: String) -> String {
    guard case .terminal(let columns) = style else { return line(text) }
    defer { hasOpenLine = true }
    // A line as long as the terminal is wide would wrap, and then could not be cleared.
    return (hasOpenLine ? Self.clear : "") + text.prefix(max(1, columns - 1))
  }

  /// Back to the first column, and away with what stands there.
  private static let clear = "\r\u{1B}[K"

  /// A number with about three digits: `0.52`, `24.1`, `310`.
  static func decimal(_ value: Double) -> String {
    let places = value < 9.995 ? 2 : value < 99.95 ? 1 : 0
    return String(format: "%.\(places)f", value)
  }
}

/// How far one stage is, and how fast it goes.
private struct Progress {
  let label: String
  /// The report from which the speed is measured, at first the very first: what comes before is preparation.
  private var first: (done: Int, time: Double)?
  /// The one from which it will be: steps of a stage may become slower.
  private var next: (done: Int, time: Double)?
  private var last = 0
  /// Seconds after which the speed is measured anew; it is that of one to two such spans.
  private static let span = 15.0

  init(label: String) { self.label = label }

  mutating func advance(to done: Int, at time: Double) {
    if first == nil || done < last { (first, next) = ((done, time), (done, time)) }
    if let next, time - next.time >= Self.span { (first, self.next) = (next, (done, time)) }
    last = done
  }

  /// The line that reads `[3/3] out: 120 of 300, 24.1/s, 0:08 left, PSNR 31.2 dB`.
  func sentence(_ done: Int, of total: Int?, at time: Double, _ detail: String?) -> String {
    var parts = [total.map { "\(done) of \($0)" } ?? "\(done)"]
    if let first, done > first.done, time > first.time {
      let rate = Double(done - first.done) / (time - first.time)
      parts.append("\(ProgressReport.decimal(rate))/s")
      if let total, total > done { parts.append("\(Self.clock(Double(total - done) / rate)) left") }
    }
    if let detail { parts.append(detail) }
    return "\(label): " + parts.joined(separator: ", ")
  }

  /// Seconds, rounded up, as `0:07` or `1:02:05`.
  private static func clock(_ seconds: Double) -> String {
    let whole = Int(min(seconds.rounded(.up), 359_999))
    let (hours, minutes) = (whole / 3600, whole / 60 % 60)
    return hours > 0
      ? String(format: "%d:%02d:%02d", hours, minutes, whole % 60)
      : String(format: "%d:%02d", minutes, whole % 60)
  }
}
