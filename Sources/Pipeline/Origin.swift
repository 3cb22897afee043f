import Synchronization

/// A file of which artifacts were made.
public final class Origin: Sendable {
  public enum Kind: String, Sendable {
    /// Pictures or sound that do not say that they were synthesized.
    case recording
    /// Pictures that say of themselves that they were synthesized.
    case synthesis
    /// A model that draws.
    case model
  }

  public let kind: Kind
  /// The file's name, without the folders above it.
  public let name: String
  /// What the file calls itself, if it does.
  public let title: String?
  private let find: @Sendable () throws -> String
  private let found = Mutex<String?>(nil)

  /// - Parameter sha256: finds the hash, when it is asked for
  public init(
    _ kind: Kind, name: String, title: String? = nil,
    sha256: @escaping @Sendable () throws -> String
  ) {
    self.kind = kind
    self.name = name
    self.title = title
    find = sha256
  }

  /// The file's SHA-256 as hexadecimal digits, found when it is first asked for.
  public func sha256() throws -> String {
    try found.withLock { found in
      let digits = try found ?? find()
      found = digits
      return digits
    }
  }
}
