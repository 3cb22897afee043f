import Foundation

/// What a person sees of a batch at work: takes what happens and its times, and knows no clock.
public struct BatchTable: Sendable {
  /// How the text is read.
  public enum Style: Hashable, Sendable {
    /// The items at work are rewritten in place, below lines that stay.
    case terminal(columns: Int, rows: Int)
    /// One line for every item that ends.
    case lines
  }

  private struct Active {
    let start: Double
    var said = ""
  }

  private let style: Style
  private let count: Int
  private var active: [String: Active] = [:]
  private var order: [String] = []
  private var done = 0
  private var failed = 0
  /// What is to be rewritten.
  private var open = ""

  /// - Parameter count: items that are to be run
  public init(_ style: Style, count: Int) {
    self.style = style
    self.count = count
  }

  /// The ids of the items at work.
  public var activeItems: [String] { order }

  public mutating func started(_ id: String, at time: Double) {
    if active[id] == nil { order.append(id) }
    active[id] = Active(start: time)
  }

  /// The last line of an item's log.
  public mutating func said(_ line: String, by id: String) { active[id]?.said = line }

  /// The text to write when an item has ended; `sentence` is what went wrong.
  public mutating func ended(_ id: String, sentence: String?, at time: Double) -> String {
    let seconds = active.removeValue(forKey: id).map { time - $0.start }
    order.removeAll { $0 == id }
    if sentence == nil { done += 1 } else { failed += 1 }
    let result = sentence.map { "failed: \($0)" } ?? "done"
    let took = seconds.map { String(format: ", %.1f s", $0) } ?? ""
    let line = "[\(done + failed)/\(count)] \(id): \(result)\(sentence == nil ? took : "")\n"
    guard style != .lines else { return line }
    let gone = away
    open = block(at: time)
    return gone + line + open
  }

  /// The text that shows the items at work anew; nothing where it would be the same.
  public mutating func refreshed(at time: Double) -> String {
    let (gone, next) = (away, block(at: time))
    guard next != open else { return "" }
    open = next
    return gone + next
  }

  /// The text that takes the items at work away.
  public mutating func end() -> String {
    defer { open = "" }
    return away
  }

  /// Up to the first line that is to be rewritten, and all below it cleared.
  private var away: String {
    let lines = open.count { $0 == "\n" }
    return lines > 0 ? "\u{1B}[\(lines)A\r\u{1B}[J" : ""
  }

  private func block(at time: Double) -> String {
    guard case .terminal(let columns, let rows) = style else { return "" }
    let shown = order.prefix(max(1, rows - 3))
    let width = min(30, shown.map(Self.columns).max() ?? 0)
    var lines = shown.map { id in
      let seconds = active[id].map { max(0, Int(time - $0.start)) } ?? 0
      let clock = String(format: "%3d:%02d", seconds / 60, seconds % 60)
      let name = Self.cut(id, to: width)
      let space = String(repeating: " ", count: width - Self.columns(name))
      return "  \(name)\(space) \(clock)  \(active[id]?.said ?? "")"
    }
    let hidden = order.count - shown.count
    let more = hidden > 0 ? " (\(hidden) not shown)" : ""
    let waiting = count - done - failed - order.count
    lines.append(
      "\(done) done, \(failed) failed, \(order.count) at work\(more), \(waiting) waiting")
    return lines.map { Self.cut($0, to: max(1, columns - 1)) + "\n" }.joined()
  }

  /// Columns of a terminal that a text takes: two for a character of East Asia or an emoji.
  private static func columns(_ text: some StringProtocol) -> Int {
    text.reduce(0) { $0 + (isWide($1) ? 2 : 1) }
  }

  /// The beginning of a text that takes no more than `limit` columns.
  private static func cut(_ text: String, to limit: Int) -> String {
    var taken = 0
    return String(
      text.prefix { character in
        taken += isWide(character) ? 2 : 1
        return taken <= limit
      })
  }

  /// Whether a terminal gives a character two columns.
  /// - Source: Unicode Standard Annex 11, the large blocks of width W
  private static func isWide(_ character: Character) -> Bool {
    guard let scalar = character.unicodeScalars.first?.value, scalar >= 0x1100 else {
      return false
    }
    return [
      0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
      0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD,
    ].contains { $0 ~= scalar }
  }
}
