import Foundation
import TestSupport

/// A run that sees other mounts than everybody else: they end with it.
enum MountedRoom {
  /// Whether this system lets a program have mounts of its own; prints the reason when a test must be skipped.
  static let isAllowed: Bool = {
    let mount = "mount -t tmpfs -o size=64k tmpfs /mnt"
    let process = Process()
    process.executableURL = URL(fileURLWithPath: unshare)
    process.arguments = ["--mount", "--map-root-user", "bash", "-c", mount]
    process.standardError = FileHandle.nullDevice
    let isDone = (try? process.run()) != nil
    if isDone { process.waitUntilExit() }
    let isAllowed = isDone && process.terminationStatus == 0
    if !isAllowed { print("skipped: mounts in a namespace of one's own are not allowed here") }
    return isAllowed
  }()

  private static let unshare = "/usr/bin/unshare"

  /// Runs the program between two pieces of a script for bash.
  static func run(
    _ arguments: [String], after before: String, then: String = "", in folder: URL,
    cache: String = Program.noCache
  ) throws -> Program.Result {
    let script = "set -e; \(before)\ncode=0; \"$0\" \"$@\" || code=$?\n\(then)\nexit $code"
    return try Program(
      URL(fileURLWithPath: unshare),
      ["--mount", "--map-root-user", "bash", "-c", script, Program.place.path] + arguments,
      in: folder, environment: ["PVPIPE_CACHE": cache]
    ).result()
  }
}
