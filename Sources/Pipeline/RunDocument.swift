/// The document that a run follows, as it names itself afterwards.
public struct RunDocument: Hashable, Sendable {
  /// The file's name, without the folders above it.
  public var name: String
  /// Of the file's bytes, as hexadecimal digits.
  public var sha256: String
  /// The preset whose parameters count before those of `settings`.
  public var preset: String?
  /// What was changed from outside: `id.name=value`.
  public var settings: [String]

  public init(name: String, sha256: String, preset: String? = nil, settings: [String] = []) {
    self.name = name
    self.sha256 = sha256
    self.preset = preset
    self.settings = settings
  }
}
