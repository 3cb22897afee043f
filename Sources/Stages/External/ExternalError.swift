import Foundation

/// What went wrong with a program that `external` runs, in one sentence.
struct ExternalError: Error, CustomStringConvertible {
  let description: String

  init(_ sentence: String) { description = sentence }

  /// - Parameter errno: the system's number of the reason
  init(_ sentence: String, errno: Int32) {
    let reason = String(cString: strerror(errno))
    description = "\(sentence): \(reason.prefix(1).lowercased() + reason.dropFirst())"
  }
}

extension ChildProgram.Ending {
  /// What the program did, unless it ended as it should.
  var failure: String? {
    switch self {
    case .code(0): nil
    case .code(let code): "ended with exit code \(code)"
    case .signal(let signal):
      "was ended by signal \(signal) (\(String(cString: strsignal(signal)).lowercased()))"
    }
  }
}
