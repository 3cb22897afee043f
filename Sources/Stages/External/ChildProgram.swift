import Foundation
internal import ProgramShim
import Synchronization

/// A running program: its standard streams and its end.
///
/// A thread of its own starts it and waits for its end, because Linux kills the program when that
/// thread is gone, and so when this program is. Whoever drops it kills its whole process group.
final class ChildProgram: Sendable {
  /// How a program ended.
  enum Ending: Hashable, Sendable {
    case code(Int32)
    case signal(Int32)
  }

  private let life: Life
  private let isInputOpen = Mutex(true)
  /// Writes to its standard input; the three streams do not block.
  let input: Int32
  /// Reads its standard output.
  let output: Int32
  /// Reads its standard error.
  let errors: Int32
  /// A file that is at its end when the program has ended.
  let end: Int32

  /// Starts the program at `path`.
  ///
  /// - Parameter words: the name that the program is called by, and its arguments
  init(_ path: String, _ words: [String], environment: [String: String]) throws {
    var ends: [Int32] = [-1, -1]
    let code = pvps_pipe(&ends)
    guard code == 0 else { throw ExternalError("no pipe can be made", errno: code) }
    let life = Life(path, words, environment)
    let hasStarted = DispatchSemaphore(value: 0)
    Thread.detachNewThread { [closing = ends[1]] in
      life.start()
      hasStarted.signal()
      life.waitForTheEnd()
      close(closing)
    }
    hasStarted.wait()
    do {
      let program = try life.program()
      (input, output, errors, end) = (program.input, program.output, program.errors, ends[0])
      self.life = life
    } catch {
      close(ends[0])
      throw error
    }
  }

  deinit {
    send(SIGKILL)
    closeInput()
    for file in [output, errors, end] { close(file) }
  }

  /// How it ended, if it has.
  var ending: Ending? { life.ending }

  /// Sends a signal to its whole process group, if it has not ended.
  func send(_ signal: Int32) { life.send(signal) }

  /// Tells it that nothing more comes.
  func closeInput() {
    isInputOpen.withLock { isOpen in
      if isOpen { close(input) }
      isOpen = false
    }
  }

  /// Writes as many of `bytes` as the pipe takes.
  ///
  /// - Returns: how many; nothing where the program reads no more
  func write(_ bytes: ArraySlice<UInt8>) -> Int? {
    let count = bytes.withUnsafeBytes { pvps_write(input, $0.baseAddress, $0.count) }
    guard count < 0 else { return count }
    return errno == EAGAIN || errno == EINTR ? 0 : nil
  }
}

/// What a child program and the thread that waits for it both hold.
private final class Life: Sendable {
  private enum Phase {
    case starting
    case failed(Int32)
    case running
    case ended(ChildProgram.Ending)
  }

  private struct State {
    var phase = Phase.starting
    var program = pvps_program()

    /// Its process id while that is surely its own.
    var pid: pid_t? { if case .running = phase { program.pid } else { nil } }
  }

  private let path: String
  private let words: [String]
  private let settings: [String]
  private let state = Mutex(State())

  init(_ path: String, _ words: [String], _ environment: [String: String]) {
    self.path = path
    self.words = words
    settings = environment.map { "\($0.key)=\($0.value)" }
  }

  func start() {
    var program = pvps_program()
    let code = withPointers(to: words) { words in
      withPointers(to: settings) { pvps_start(path, words, $0, &program) }
    }
    let started = State(phase: code == 0 ? .running : .failed(code), program: program)
    state.withLock { $0 = started }
  }

  /// Its process id and its streams, even if it has ended already.
  func program() throws -> pvps_program {
    let state = state.withLock { $0 }
    guard case .failed(let code) = state.phase else { return state.program }
    throw ExternalError("'\(path)' cannot be started", errno: code)
  }

  func waitForTheEnd() {
    guard let pid = state.withLock(\.pid) else { return }
    pvps_wait(pid)
    state.withLock {
      let end = pvps_reap(pid)
      $0.phase = .ended(end.signal == 0 ? .code(end.code) : .signal(end.signal))
    }
  }

  var ending: ChildProgram.Ending? {
    state.withLock { if case .ended(let ending) = $0.phase { ending } else { nil } }
  }

  func send(_ signal: Int32) {
    state.withLock { if let pid = $0.pid { kill(-pid, signal) } }
  }
}

/// Calls `body` with a C list of texts that a null pointer ends.
private func withPointers<Result>(
  to texts: [String], _ body: ([UnsafePointer<CChar>?]) -> Result
) -> Result {
  let copies = texts.map { strdup($0) }
  defer { for copy in copies { free(copy) } }
  return body(copies.map { UnsafePointer($0) } + [nil])
}
