import Synchronization

/// Keeps what happens in one run, for its ``RunReport``.
///
/// Frames and other lazy outputs are seen as their readers get them: a journal never reads anything.
public final class RunJournal: Sendable {
  /// How many elements of a lazy output were made, and how long that took.
  struct Making: Hashable, Sendable {
    var count = 0
    var seconds = 0.0
  }

  /// What is known of one stage.
  struct Entry: Sendable {
    /// Seconds of the journal.
    var start: Double?
    /// What the stage took to give its outputs.
    var seconds: Double?
    var restored: (age: Age, size: ByteCount)?
    var isKept = false
    var notes: [String] = []
    var exhibits: [Exhibit] = []
    /// Paths of files.
    var written: [String] = []
    /// The most memory held while it ran, and what was held after it.
    var memory: (peak: ByteCount, after: ByteCount)?
    /// What was made of lazy outputs while it ran, by the stage that made it.
    var making: [String: Making] = [:]
    var outputs = Ports()
  }

  struct State: Sendable {
    var entries: [String: Entry] = [:]
    /// The stage that is running.
    var current: String?
    /// Whether a peak of memory is that of one stage, not of all until then.
    var knowsPeaks = true
    /// Seconds of the whole run, once it is over.
    var seconds: Double?
    var failure: (any Error)?
  }

  private let clock = ContinuousClock()
  private let start: ContinuousClock.Instant
  private let shared = Mutex(State())

  /// A journal that begins now.
  public init() { start = clock.now }

  var state: State { shared.withLock { $0 } }

  private var now: Double { (clock.now - start) / .seconds(1) }

  func take(_ event: Event) {
    let time = now
    shared.withLock { state in
      var entry = state.entries[event.stage] ?? Entry()
      switch event.kind {
      case .started:
        entry.start = time
        state.current = event.stage
        if !ProcessMemory.forgetPeak() { state.knowsPeaks = false }
      case .finished(let seconds):
        entry.seconds = seconds
        entry.memory = Self.memory
      case .restored(let age, let size): entry.restored = (age, size)
      case .kept: entry.isKept = true
      case .note(let text): entry.notes.append(text)
      case .exhibit(let exhibit): entry.exhibits.append(exhibit)
      case .wrote(let path, _): entry.written.append(path)
      case .stands(let path, let age, let size):
        entry.written.append(path)
        entry.restored = (age, ByteCount((entry.restored?.size.bytes ?? 0) + size.bytes))
      case .progress: break
      }
      state.entries[event.stage] = entry
    }
  }

  /// The outputs of a stage, the making of whose elements is counted.
  func observed(_ outputs: Ports, of id: String) -> Ports {
    let meter = Meter { [self] seconds, isElement in
      shared.withLock { state in
        guard let reader = state.current else { return }
        var making = state.entries[reader]?.making[id] ?? Making()
        making.count += isElement ? 1 : 0
        making.seconds += seconds
        state.entries[reader]?.making[id] = making
      }
    }
    let seen = outputs.mapArtifacts { ($0 as? any Showable)?.observed(by: meter) ?? $0 }
    shared.withLock { $0.entries[id]?.outputs = seen }
    return seen
  }

  func end(failure: (any Error)?) {
    let time = now
    shared.withLock { state in
      state.seconds = time
      state.failure = failure
      if failure != nil, let current = state.current, state.entries[current]?.seconds == nil {
        state.entries[current]?.memory = Self.memory
      }
    }
  }

  private static var memory: (ByteCount, ByteCount)? {
    guard let peak = ProcessMemory.peak, let current = ProcessMemory.current else { return nil }
    return (peak, current)
  }
}
