import Foundation
import Synchronization

/// Writes the progress of a run as its events come, from whichever task.
public final class ProgressPrinter: Sendable {
  private let report: Mutex<ProgressReport>
  private let start = ContinuousClock.now
  private let write: @Sendable (String) -> Void

  /// A printer that hands its text to `write`, one call at a time.
  public init(_ style: ProgressReport.Style, write: @escaping @Sendable (String) -> Void) {
    report = Mutex(ProgressReport(style))
    self.write = write
  }

  /// A printer to standard error, in the style that suits what it is connected to; where that is closed or full,
  /// the work goes on in silence.
  public static func standardError() -> ProgressPrinter {
    var size = winsize()
    let isTerminal = ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0
    // A terminal that does not know its width says 0.
    let columns = size.ws_col > 0 ? Int(size.ws_col) : 80
    return ProgressPrinter(isTerminal ? .terminal(columns: columns) : .lines) {
      try? FileHandle.standardError.write(contentsOf: Data($0.utf8))
    }
  }

  /// Takes what happens; to be given to a ``RunContext``.
  public func print(_ event: Event) {
    let time = (ContinuousClock.now - start) / .seconds(1)
    report.withLock { report in
      let text = report.text(for: event, at: time)
      if !text.isEmpty { write(text) }
    }
  }

  /// Ends a line that was to be rewritten; to be called when a run is over, however it ended.
  public func end() {
    report.withLock { report in
      let text = report.end()
      if !text.isEmpty { write(text) }
    }
  }
}
