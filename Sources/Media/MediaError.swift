internal import FFmpegShim

/// What is wrong with a media file, in one sentence that begins with its path.
public struct MediaError: Error, CustomStringConvertible, Equatable {
  public enum Operation: String, Sendable { case read, write }

  public let operation: Operation
  public let path: String
  /// FFmpeg's number for the failure, or 0 when FFmpeg was not asked.
  public let code: Int
  /// The sentence without the path.
  public let message: String

  public init(_ operation: Operation, _ path: String, _ message: String, code: Int = 0) {
    self.operation = operation
    self.path = path
    self.code = code
    self.message = message
  }

  init(_ operation: Operation, _ path: String, _ error: pvff_error) {
    let text = withUnsafeBytes(of: error.text) {
      String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
    }
    self.init(operation, path, text, code: Int(error.code))
  }

  public var description: String { "\(path): \(message)" }
}
