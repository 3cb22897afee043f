import Dispatch
import Foundation
import Stages

/// Lets SIGINT and SIGTERM cancel a task instead of ending the program at once.
enum Interruption {
  /// Runs `body` in a task that the first signal cancels; the second ends the program.
  static func cancelling<Value: Sendable>(
    _ body: @escaping @Sendable () async throws -> Value
  ) async throws -> Value {
    let task = Task { try await body() }
    let sources = [SIGINT, SIGTERM].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler {
        task.cancel()
        release(number)
      }
      source.resume()
      return source
    }
    defer {
      for source in sources { source.cancel() }
      // What comes after the task is not worth waiting for.
      for number in [SIGINT, SIGTERM] { release(number) }
    }
    return try await task.value
  }

  /// Lets the signal end the program again, without a file that is half made.
  private static func release(_ number: Int32) {
    signal(number, SIG_DFL)
    CrashReport.cleanUpWhenInterrupted()
  }
}
