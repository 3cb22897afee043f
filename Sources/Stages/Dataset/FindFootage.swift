import Foundation
import Media
public import Pipeline

/// Finds the videos of a folder.
///
/// Every file that is not hidden counts, by name in the order of Unicode; folders inside are not entered. Whether a
/// file is a video shows when it is opened.
public struct FindFootage: Stage {
  public static let name = "footage"
  public static let summary = "Finds the videos of a folder."
  public static let footage = Port<Footage>("footage")
  public static let outputs: [any AnyPort] = [footage]

  @Parameter("The folder, or one file.") public var path = ""
  @Parameter("Frames to pass over in each video.", in: 0..., unit: "frames")
  public var start = 0
  @Parameter("Frames to take of each video; null takes all.", in: 1..., unit: "frames")
  public var count: Int? = nil

  public init() {}

  public init(path: String, count: Int? = nil) {
    self.path = path
    self.count = count
  }

  public func validate() throws { try RereadableFile.check(path, of: "path") }

  public func run(_ inputs: Ports, in context: RunContext) async throws -> Ports {
    guard !path.isEmpty else { throw ParameterError("path", "must name a folder, not \"\"") }
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw MediaError(.read, path, "does not exist")
    }
    guard isFolder.boolValue else {
      return Ports(Self.footage, Footage([path], start: start, count: count))
    }
    let folder = URL(fileURLWithPath: path)
    let paths = try FileManager.default.contentsOfDirectory(atPath: path)
      .filter { !$0.hasPrefix(".") }.map { folder.appendingPathComponent($0).path }
      .filter { isFile($0) && RereadableFile.isRereadable($0) }
    guard !paths.isEmpty else { throw MediaError(.read, path, "holds no file") }
    return Ports(Self.footage, Footage(paths.sorted(), start: start, count: count))
  }

  /// Whether there is anything but a folder, also behind a link.
  private func isFile(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
      && !isFolder.boolValue
  }
}
