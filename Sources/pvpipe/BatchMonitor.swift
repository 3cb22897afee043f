import Batch
import Foundation
import Synchronization

/// Shows a batch at work on standard error.
final class BatchMonitor: Sendable {
  private let table: Mutex<BatchTable>
  private let batch: BatchFolder
  private let manifest: BatchManifest
  private let isTerminal: Bool
  private let start = ContinuousClock.now

  /// - Parameter count: items that are to be run
  init(_ batch: BatchFolder, _ manifest: BatchManifest, count: Int) {
    self.batch = batch
    self.manifest = manifest
    var size = winsize()
    isTerminal = ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0
    // A terminal that does not know its size says 0.
    let (columns, rows) = (Int(size.ws_col), Int(size.ws_row))
    table = Mutex(
      BatchTable(
        isTerminal
          ? .terminal(columns: columns > 0 ? columns : 80, rows: rows > 0 ? rows : 24) : .lines,
        count: count))
  }

  func take(_ event: LocalEngine.Event) {
    let time = seconds
    table.withLock { table in
      switch event {
      case .started(let index, _):
        table.started(manifest.items[index].id, at: time)
        write(table.refreshed(at: time))
      case .ended(_, let outcome):
        write(table.ended(outcome.id, sentence: outcome.failure?.sentence, at: time))
      }
    }
  }

  /// Runs `body` and shows meanwhile what the logs say.
  func watching(_ body: () async throws -> Void) async throws {
    let watch = isTerminal ? Task { await refresh() } : nil
    defer {
      watch?.cancel()
      table.withLock { write($0.end()) }
    }
    try await body()
  }

  private func refresh() async {
    while (try? await Task.sleep(for: .milliseconds(250))) != nil {
      let said = table.withLock(\.activeItems).map { ($0, lastLine(of: $0)) }
      table.withLock { table in
        guard !Task.isCancelled else { return }
        for (id, line) in said { table.said(line, by: id) }
        write(table.refreshed(at: seconds))
      }
    }
  }

  private func lastLine(of id: String) -> String {
    guard let file = try? FileHandle(forReadingFrom: batch.log(of: id)) else { return "" }
    defer { try? file.close() }
    let end = (try? file.seekToEnd()) ?? 0
    try? file.seek(toOffset: end > 4096 ? end - 4096 : 0)
    let text = String(decoding: (try? file.readToEnd()) ?? Data(), as: UTF8.self)
    return text.split(whereSeparator: \.isNewline).last.map(String.init) ?? ""
  }

  private var seconds: Double { (ContinuousClock.now - start) / .seconds(1) }

  private func write(_ text: String) {
    if !text.isEmpty { try? FileHandle.standardError.write(contentsOf: Data(text.utf8)) }
  }
}
