import Foundation

/// One mistake of a document or an option: where it is, and what is wrong in one sentence.
public struct Issue: Error, Hashable, Sendable, CustomStringConvertible {
  /// A JSON pointer, `line 3, column 5`, or `--set id.name`; empty for the whole document.
  public let place: String
  public let message: String

  public init(_ message: String, at pointer: JSONPointer) {
    self.init(message, at: pointer.description)
  }

  public init(_ message: String, at place: String) {
    self.place = place
    self.message = message
  }

  public var description: String { place.isEmpty ? message : "\(place): \(message)" }
}

/// All that is wrong with a document, in the document's order.
public struct PipelineError: Error, Hashable, Sendable, CustomStringConvertible {
  public let issues: [Issue]

  public init(_ issues: [Issue]) { self.issues = issues }

  /// One issue a line.
  public var description: String { issues.map(\.description).joined(separator: "\n") }
}

/// All that is wrong with the `--set` options of a command.
public struct OverrideError: Error, Hashable, Sendable, CustomStringConvertible {
  public let issues: [Issue]

  public init(_ issues: [Issue]) { self.issues = issues }

  /// One issue a line.
  public var description: String { issues.map(\.description).joined(separator: "\n") }
}

extension Issue {
  /// What `error` says about the value at `pointer`.
  init(_ error: any Error, at pointer: JSONPointer) {
    switch error {
    case let error as ParameterError:
      self.init(error.description, at: pointer / error.parameter)
    case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context),
      DecodingError.keyNotFound(_, let context), DecodingError.dataCorrupted(let context):
      self.init(
        "cannot be read: \(context.debugDescription)", at: pointer / JSONPointer(context.codingPath)
      )
    default:
      self.init(sentence(of: error), at: pointer)
    }
  }
}

/// An error in the words it has for itself, or else in the system's.
func sentence(of error: any Error) -> String {
  // Those of Foundation have no words for themselves, but tell all that they hold.
  guard error is CocoaError || error is POSIXError else {
    return ((error as Any) as? any CustomStringConvertible)?.description
      ?? error.localizedDescription
  }
  return systemSentence(of: error as NSError)
}

/// What the system refuses, and why: `PATH: cannot be written (not a directory)`.
private func systemSentence(of error: NSError) -> String {
  var cause = error
  while let deeper = cause.userInfo[NSUnderlyingErrorKey] as? any Error {
    cause = deeper as NSError
  }
  let reason =
    cause.domain == NSPOSIXErrorDomain
    ? String(cString: strerror(Int32(cause.code))).lowercased()
    : cause.localizedFailureReason ?? cause.localizedDescription
  guard let path = error.userInfo[NSFilePathErrorKey] as? String else { return reason }
  // Foundation numbers what goes wrong with reading from 256 on, with writing from 512 on.
  switch error.code {
  case 256..<512: return "\(path): cannot be read (\(reason))"
  case 512..<1024: return "\(path): cannot be written (\(reason))"
  default: return "\(path): \(reason)"
  }
}
