import Foundation
import Synchronization

/// When and where a running stage leaves how far it is.
final class Checkpoints: Sendable {
  private let work: CacheWork
  private let record: CacheRecord
  private let seconds: Double
  private let note: @Sendable (String) -> Void
  private let due: Mutex<ContinuousClock.Instant?>

  /// - Parameters:
  ///   - seconds: from one to the next, or more where they take long to write
  ///   - note: tells what is no part of the stage's result
  init(
    _ work: CacheWork, _ record: CacheRecord, seconds: Double,
    note: @escaping @Sendable (String) -> Void
  ) {
    self.work = work
    self.record = record
    self.seconds = seconds
    self.note = note
    due = Mutex(ContinuousClock.now + .seconds(seconds))
  }

  func leave(_ name: String, _ write: (URL) throws -> Void) {
    // A run that is told to end leaves all that it has.
    let isDue = due.withLock { due in
      due.map { $0 <= ContinuousClock.now || Task.isCancelled } ?? false
    }
    guard isDue else { return }
    let start = ContinuousClock.now
    do {
      do {
        try work.leave(name, record, write)
      } catch is CancellationError {
        // The run was told to end right now: what it has is left all the same.
        try work.leave(name, record, write)
      }
      // At most a twentieth of the time goes into writing.
      let spent = ContinuousClock.now - start
      let pause = seconds > 0 ? max(Duration.seconds(seconds), spent * 20) : .zero
      due.withLock { $0 = ContinuousClock.now + pause }
    } catch {
      note("leaves no checkpoints: \(sentence(of: error))")
      due.withLock { $0 = nil }
    }
  }

  func last<Value>(_ name: String, _ read: (URL) throws -> Value) -> Value? {
    guard let (place, record) = work.lastCheckpoint(name) else { return nil }
    do {
      let value = try read(place)
      note("goes on from its checkpoint, \(Age(record.age)) old")
      return value
    } catch {
      note("begins anew, for its checkpoint cannot be used: \(sentence(of: error))")
      return nil
    }
  }
}

extension RunContext {
  /// Leaves how far the running stage is, if it is kept and the time has come.
  ///
  /// A later run of the same stage with the same inputs finds it by ``lastCheckpoint(_:_:)``. Where it
  /// cannot be written the run goes on, with a note.
  /// - Parameters:
  ///   - name: lower-case letters
  ///   - write: fills an empty folder
  public func checkpoint(_ name: String, _ write: (URL) throws -> Void) {
    checkpoints?.leave(name, write)
  }

  /// What `read` makes of the folder that was filled last under `name`, by a run that did not come
  /// to its end.
  public func lastCheckpoint<Value>(_ name: String, _ read: (URL) throws -> Value) -> Value? {
    checkpoints?.last(name, read)
  }
}
