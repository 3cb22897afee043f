import Foundation

/// A process that runs one item.
struct TaskProcess {
  enum Ending: Hashable, Sendable {
    case exit(Int32)
    case signal(Int32)

    /// As a shell gives it.
    var code: Int32 {
      switch self {
      case .exit(let code): code
      case .signal(let number): 128 + number
      }
    }

    /// What is known where the task itself could not say what went wrong.
    var sentence: String {
      switch self {
      case .exit(let code): "the task ended with exit code \(code) and said nothing"
      case .signal(SIGKILL):
        "the task was killed by signal 9 (killed), as is done where memory runs out"
      case .signal(let number):
        "the task was ended by signal \(number) "
          + "(\(String(cString: strsignal(number)).lowercased()))"
      }
    }

    /// Whether the same run may end otherwise: not where the document or its use is wrong.
    var mayPass: Bool {
      switch self {
      case .exit(let code): ![0, 64, 65, 130].contains(code)
      case .signal: true
      }
    }
  }

  let program: URL
  let arguments: [String]
  let folder: String
  /// Takes what is said, after what it holds already.
  let log: String
  let input: FileHandle

  /// Runs the process to its end.
  func ending() async throws -> Ending {
    let file = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
    guard file >= 0 else {
      let reason = String(cString: strerror(errno)).lowercased()
      throw BatchError("\(log): cannot be written (\(reason))")
    }
    let output = FileHandle(fileDescriptor: file, closeOnDealloc: true)
    let process = Process()
    process.executableURL = program
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: folder, isDirectory: true)
    process.standardInput = input
    process.standardOutput = output
    process.standardError = output
    // Threads of a pool block signals, and what they start would inherit that.
    var (none, before) = (sigset_t(), sigset_t())
    sigemptyset(&none)
    return try await withCheckedThrowingContinuation { continuation in
      process.terminationHandler = { process in
        let status = process.terminationStatus
        continuation.resume(
          returning: process.terminationReason == .exit ? .exit(status) : .signal(status))
      }
      pthread_sigmask(SIG_SETMASK, &none, &before)
      defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
      do {
        try process.run()
      } catch {
        process.terminationHandler = nil
        continuation.resume(
          throwing: BatchError("\(program.path): cannot be started (\(error.localizedDescription))")
        )
      }
    }
  }
}
