import Pipeline
import Synchronization

/// The notes of a run.
final class Notes: Sendable {
  private let lines = Mutex<[String]>([])

  var all: [String] { lines.withLock { $0 } }

  func take(_ event: Event) {
    guard case .note(let text) = event.kind else { return }
    lines.withLock { $0.append(text) }
  }
}
