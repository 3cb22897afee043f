import Foundation

/// A program that has written its process id into a file.
public struct ProgramTrace {
  public let pid: Int

  struct Missing: Error {}

  /// - Throws: where no whole line is in the file yet
  public init(at path: String) throws {
    let text = try String(contentsOfFile: path, encoding: .utf8)
    guard text.hasSuffix("\n"), let pid = Int(text.dropLast()) else { throw Missing() }
    self.pid = pid
  }

  /// Whether it runs; one that has ended and waits to be asked about does not.
  public var isAlive: Bool {
    guard let text = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8),
      let name = text.lastIndex(of: ")")
    else { return false }
    return !"ZX".contains(text[name...].dropFirst(2).prefix(1))
  }
}
