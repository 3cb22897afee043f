import Foundation

/// The folders of reference data that tests may use, and why one is absent.
public enum Shared {
  /// The folder beside the package that holds reference data, or what `PVPIPE_SHARED` names.
  public static let folder: URL = {
    if let path = ProcessInfo.processInfo.environment["PVPIPE_SHARED"] {
      return URL(fileURLWithPath: path)
    }
    return root.deletingLastPathComponent().appendingPathComponent("shared")
  }()

  /// The root of the package.
  public static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// The numbers of the official code: `PVPIPE_FIXTURES`, or `reference/fixtures` of the folder.
  public static let fixtures: URL =
    ProcessInfo.processInfo.environment["PVPIPE_FIXTURES"].map { URL(fileURLWithPath: $0) }
    ?? folder.appendingPathComponent("reference/fixtures")

  /// Whether `path` below the shared folder is there; prints the reason when a test must be skipped.
  public static func has(_ path: String) -> Bool { present(folder.appendingPathComponent(path)) }

  /// Whether the fixture folder is there; prints the reason when a test must be skipped.
  public static var hasFixtures: Bool { present(fixtures) }

  private static func present(_ url: URL) -> Bool {
    let found = FileManager.default.fileExists(atPath: url.path)
    if !found { print("skipped: \(url.path) is not there") }
    return found
  }
}
