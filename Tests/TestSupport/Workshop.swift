import Foundation

/// A folder that is gone after the test, and the `ffmpeg` and `ffprobe` commands at work in it.
public final class Workshop: Sendable {
  public let folder: URL

  public init(_ name: String = "media") throws {
    folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("\(name)-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  public func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

  /// The names of all files in the folder, hidden ones as well.
  public var names: [String] {
    get throws { try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() }
  }

  /// Whether both commands are installed; prints the reason when a test must be skipped.
  public static let hasCommands: Bool = {
    let found = ["ffmpeg", "ffprobe"].allSatisfy { tool($0) != nil }
    if !found { print("skipped: the commands ffmpeg and ffprobe are not installed") }
    return found
  }()

  /// The first of some commands that is installed; prints the reason when a test must be skipped.
  public static func command(of names: [String]) -> String? {
    let found = names.first { tool($0) != nil }
    if found == nil { print("skipped: none of \(names.joined(separator: ", ")) is installed") }
    return found
  }

  static func tool(_ name: String) -> URL? {
    if name.hasPrefix("/") { return URL(fileURLWithPath: name) }
    let folders = ProcessInfo.processInfo.environment["PATH"]?.split(separator: ":") ?? []
    return folders.map { URL(fileURLWithPath: "\($0)/\(name)") }
      .first { FileManager.default.isExecutableFile(atPath: $0.path) }
  }

  /// Runs `ffmpeg` with arguments that hold no spaces of their own, and more that may.
  public func ffmpeg(_ arguments: String, _ more: String...) throws {
    let words = ["-v", "error", "-y"] + arguments.split(separator: " ").map(String.init)
    try run("ffmpeg", words + more)
  }

  /// What `ffprobe` prints of the entries of a file's stream, line by line.
  public func probe(_ file: String, stream: String, entries: String, _ more: String...) throws
    -> [String]
  {
    let words =
      ["-v", "error", "-select_streams", stream] + more
      + ["-show_entries", entries, "-of", "csv=p=0", file]
    return try run("ffprobe", words).split(separator: "\n").map(String.init)
  }

  /// The tags of a whole file, as `ffprobe` prints them: `comment=…`, by lower-case keys.
  public func tags(_ file: String) throws -> [String: String] {
    let words = ["-v", "error", "-show_entries", "format_tags", "-of", "default=nk=0:nw=1", file]
    let pairs = try run("ffprobe", words).split(separator: "\n").compactMap { line in
      line.wholeMatch(of: /TAG:([^=]+)=(.*)/).map { ($0.1.lowercased(), String($0.2)) }
    }
    return Dictionary(pairs) { first, _ in first }
  }

  /// What the command `sha256sum` says of a file.
  public func digest(_ file: String) throws -> String {
    String(try run("sha256sum", ["-b", file]).drop { $0 == "\\" }.prefix(64))
  }

  /// What a script prints that Debian's Python runs.
  public func python(_ script: String, _ words: [String] = []) throws -> String {
    try run("/usr/bin/python3", ["-c", script] + words)
  }

  /// Runs a command, with more in its environment.
  public func command(
    _ name: String, _ words: [String], environment: [String: String] = [:]
  ) throws { try run(name, words, environment) }

  /// Runs a command in the folder and gives what it prints.
  @discardableResult
  private func run(
    _ name: String, _ words: [String], _ environment: [String: String] = [:]
  ) throws -> String {
    struct Failure: Error { let command: String, status: Int32 }
    guard let tool = Self.tool(name) else { throw Failure(command: name, status: -1) }
    let process = Process()
    process.executableURL = tool
    process.arguments = words
    process.currentDirectoryURL = folder
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    let output = Pipe()
    process.standardOutput = output
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw Failure(
        command: ([name] + words).joined(separator: " "), status: process.terminationStatus)
    }
    return String(decoding: data, as: UTF8.self)
  }
}
