import Foundation
import Media

/// A folder that is gone after the test, and the `ffmpeg` and `ffprobe` commands at work in it.
final class Workshop {
  let folder: URL

  init(_ name: String = "media") throws {
    folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("\(name)-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

  /// The names of all files in the folder, hidden ones as well.
  var names: [String] {
    get throws { try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() }
  }

  /// Whether both commands are installed; prints the reason when a test must be skipped.
  static let hasCommands: Bool = {
    let found = ["ffmpeg", "ffprobe"].allSatisfy { tool($0) != nil }
    if !found { print("skipped: the commands ffmpeg and ffprobe are not installed") }
    return found
  }()

  static func tool(_ name: String) -> URL? {
    let folders = ProcessInfo.processInfo.environment["PATH"]?.split(separator: ":") ?? []
    return folders.map { URL(fileURLWithPath: "\($0)/\(name)") }
      .first { FileManager.default.isExecutableFile(atPath: $0.path) }
  }

  /// Runs `ffmpeg` with arguments that hold no spaces of their own.
  func ffmpeg(_ arguments: String) throws {
    let words = ["-v", "error", "-y"] + arguments.split(separator: " ").map(String.init)
    try run("ffmpeg", words)
  }

  /// What `ffprobe` prints of the entries of a file's stream, line by line.
  func probe(_ file: String, stream: String, entries: String, _ more: String...) throws -> [String]
  {
    let words =
      ["-v", "error", "-select_streams", stream] + more
      + ["-show_entries", entries, "-of", "csv=p=0", file]
    return try run("ffprobe", words).split(separator: "\n").map(String.init)
  }

  /// Runs a command in the folder and gives what it prints.
  @discardableResult
  private func run(_ name: String, _ words: [String]) throws -> String {
    struct Failure: Error { let command: String, status: Int32 }
    guard let tool = Self.tool(name) else { throw Failure(command: name, status: -1) }
    let process = Process()
    process.executableURL = tool
    process.arguments = words
    process.currentDirectoryURL = folder
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

/// All frames of a file.
func frames(_ path: String) throws -> [RGBFrame] {
  let reader = try VideoReader(path: path)
  var frames: [RGBFrame] = []
  while let frame = try reader.next() { frames.append(frame) }
  return frames
}

/// A smooth picture that differs at every pixel and in every frame.
func picture(width: Int, height: Int, index: Int = 0) -> RGBFrame {
  var pixels: [UInt8] = []
  for y in 0..<height {
    for x in 0..<width {
      pixels.append(UInt8(truncatingIfNeeded: 255 * x / width))
      pixels.append(UInt8(truncatingIfNeeded: 255 * y / height))
      let grain = (x * 31 + y * 17) % 16
      pixels.append(UInt8(truncatingIfNeeded: 128 + 20 * index + grain))
    }
  }
  return RGBFrame(
    width: width, height: height, pixels: pixels, time: MediaTime(Int64(index), 25),
    duration: MediaTime(1, 25), index: index)
}

/// The mean of a channel of all pixels.
func mean(_ frame: RGBFrame, channel: Int) -> Double {
  let values = stride(from: channel, to: frame.pixels.count, by: 3).map { Double(frame.pixels[$0]) }
  return values.reduce(0, +) / Double(values.count)
}

/// The red, green and blue of one pixel.
func pixel(_ frame: RGBFrame, _ x: Int, _ y: Int) -> [Int] {
  (0..<3).map { Int(frame.pixels[3 * (y * frame.width + x) + $0]) }
}

/// The greatest difference of two pictures of one size.
func greatestDifference(_ one: RGBFrame, _ other: RGBFrame) -> Int {
  zip(one.pixels, other.pixels).map { abs(Int($0) - Int($1)) }.max() ?? 0
}

/// Decibels of the peak: 10 log₁₀ of 255² over the mean squared difference.
func signalToNoise(_ one: RGBFrame, _ other: RGBFrame) -> Double {
  var sum = 0
  for (value, other) in zip(one.pixels, other.pixels) {
    let difference = Int(value) - Int(other)
    sum += difference * difference
  }
  return 10 * log10(255 * 255 * Double(one.pixels.count) / max(Double(sum), 1e-9))
}
