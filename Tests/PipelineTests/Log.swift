import Pipeline
import Synchronization

/// What happened, in order, from whichever task.
final class Log<Element: Sendable>: Sendable {
  private let stored = Mutex<[Element]>([])

  var elements: [Element] { stored.withLock { $0 } }

  func append(_ element: Element) { stored.withLock { $0.append(element) } }
}

extension Log<Event> {
  /// The notes as `stage: text`.
  var notes: [String] {
    elements.compactMap { event in
      if case .note(let text) = event.kind { "\(event.stage): \(text)" } else { nil }
    }
  }

  var context: RunContext { RunContext(events: { self.append($0) }) }
}
