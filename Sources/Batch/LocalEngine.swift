public import Foundation

/// Runs the items of a batch on this machine, each in a process of its own.
public struct LocalEngine: Sendable {
  /// What happens to an item, by its index.
  public enum Event: Sendable {
    case started(Int, attempt: Int)
    case ended(Int, Outcome)
  }

  public let batch: BatchFolder
  public let manifest: BatchManifest
  /// The program whose command `task` runs one item.
  public let program: URL
  /// Items at work at once.
  public var jobs = 1
  /// How often an item is run again that failed in a way that may pass.
  public var retries = 0
  /// Whether nothing is started any more when an item has failed.
  public var failsFast = false

  public init(_ batch: BatchFolder, _ manifest: BatchManifest, program: URL) {
    self.batch = batch
    self.manifest = manifest
    self.program = program
  }

  /// Runs the items of `indices`; ends when all at work have ended.
  ///
  /// - Throws: `CancellationError` when canceled, after the tasks at work have ended
  public func run(_ indices: [Int], tell: @escaping @Sendable (Event) -> Void) async throws {
    let leash = try Leash()
    try await withTaskCancellationHandler {
      try await withThrowingTaskGroup(of: Bool.self) { group in
        var waiting = indices.makeIterator()
        var isFailing = false
        func startNext() {
          guard !isFailing, !Task.isCancelled, let index = waiting.next() else { return }
          group.addTask { try await run(index, leash, tell) }
        }
        for _ in 0..<max(1, jobs) { startNext() }
        do {
          while let isDone = try await group.next() {
            if !isDone, failsFast { isFailing = true }
            startNext()
          }
        } catch {
          leash.drop()
          throw error
        }
      }
    } onCancel: {
      leash.drop()
    }
    try Task.checkCancellation()
  }

  /// Runs one item, again where that may help; whether it is done.
  private func run(
    _ index: Int, _ leash: Leash, _ tell: @Sendable (Event) -> Void
  ) async throws -> Bool {
    let item = manifest.items[index]
    for attempt in 1...(retries + 1) {
      unlink(batch.failed(item.id).path)
      tell(.started(index, attempt: attempt))
      let start = ContinuousClock.now
      let ending = try await TaskProcess(
        program: program,
        arguments: ["task", batch.path, "\(index)", "--attempt", "\(attempt)", "--attached"],
        folder: manifest.folder, log: batch.log(of: item.id).path, input: leash.end
      ).ending()
      try Task.checkCancellation()
      var outcome = batch.outcome(of: item.id)
      if ending != .exit(0), outcome?.failure == nil {
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        let crashed = Outcome(
          id: item.id, recipe: manifest.recipe(of: item),
          failure: Outcome.Failure(ending.sentence, exitCode: ending.code), attempts: attempt,
          seconds: seconds, program: manifest.program)
        try batch.mark(crashed)
        outcome = crashed
      }
      guard let outcome else {
        throw BatchError("\(batch.path): the marker of '\(item.id)' is not there any more")
      }
      if outcome.failure == nil || attempt > retries || !ending.mayPass {
        tell(.ended(index, outcome))
        return outcome.failure == nil
      }
    }
    return false
  }
}

/// A pipe that every task holds one end of: when the other end is let go, also by a death that
/// leaves no time for it, the tasks end.
private final class Leash: Sendable {
  let end: FileHandle
  private let held: FileHandle

  init() throws {
    let pipe = Pipe()
    end = pipe.fileHandleForReading
    held = pipe.fileHandleForWriting
    // A task that inherited it would hold itself.
    for handle in [end, held] {
      guard fcntl(handle.fileDescriptor, F_SETFD, FD_CLOEXEC) == 0 else {
        throw BatchError("no pipe can be made (\(String(cString: strerror(errno)).lowercased()))")
      }
    }
  }

  func drop() { try? held.close() }
}
