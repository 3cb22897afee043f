import Foundation

/// What this process holds of the machine's memory, as Linux tells it.
enum ProcessMemory {
  /// The most it has held since the last ``forgetPeak()``, or ever.
  static var peak: ByteCount? { field("VmHWM:") }
  static var current: ByteCount? { field("VmRSS:") }

  /// Begins a new peak.
  /// - Returns: whether the system lets a process do so
  /// - Source: proc_pid_clear_refs(5), value 5
  static func forgetPeak() -> Bool {
    let file = open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC)
    guard file >= 0 else { return false }
    defer { close(file) }
    return write(file, "5", 1) == 1
  }

  private static func field(_ name: String) -> ByteCount? {
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    guard let line = status.split(separator: "\n").first(where: { $0.hasPrefix(name) }),
      let size = line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap({ Int($0) })
    else { return nil }
    return ByteCount(1024 * size)
  }
}
