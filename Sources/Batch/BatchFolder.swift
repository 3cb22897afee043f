public import Foundation
import Media

/// The folder of a batch, and what in it lies where.
///
///     manifest.json  pipeline.json                what is to be done
///     ID/            thumbnails/ID.jpg            what an item has made
///     done/ID.json   failed/ID.json  logs/ID.log  how it went
///     summary.json   report.html                  all of it at one look
public struct BatchFolder: Sendable {
  /// What lies in the folder beside the items' own folders, with a name that never changes.
  private enum Entry: String {
    case manifest = "manifest.json"
    case document = "pipeline.json"
    case summary = "summary.json"
    case page = "report.html"
    case lock = ".lock"
    case jobs = "jobs.json"
  }

  /// The folders of what the items leave there.
  private static let folders = ["done", "failed", "logs", "thumbnails"]

  public let url: URL

  public init(_ url: URL) { self.url = url.standardizedFileURL }

  public var path: String { url.path }
  public var manifest: URL { place(of: .manifest) }
  /// The pipeline as it was when the batch was begun.
  public var document: URL { place(of: .document) }
  public var summary: URL { place(of: .summary) }
  public var page: URL { place(of: .page) }
  /// Locked by the one program that works on the batch from here.
  public var lock: URL { place(of: .lock) }
  /// The numbers of the Slurm jobs that were submitted last.
  public var jobs: URL { place(of: .jobs) }

  /// Where an item's relative outputs begin.
  public func outputs(of id: String) -> URL {
    url.appendingPathComponent(id, isDirectory: true)
  }
  public func done(_ id: String) -> URL { url.appendingPathComponent("done/\(id).json") }
  public func failed(_ id: String) -> URL { url.appendingPathComponent("failed/\(id).json") }
  public func log(of id: String) -> URL { url.appendingPathComponent("logs/\(id).log") }
  public func thumbnail(of id: String) -> URL {
    url.appendingPathComponent("thumbnails/\(id).jpg")
  }
  /// The readable script that Slurm runs; `name` is `items-1` or `report`.
  public func script(_ name: String) -> URL { url.appendingPathComponent("\(name).sbatch") }

  private func place(of entry: Entry) -> URL { url.appendingPathComponent(entry.rawValue) }

  /// Whether something of the batch itself may have this name, in lower case, so that no item has it.
  static func isReserved(_ name: String) -> Bool {
    folders.contains(name) || Entry(rawValue: name) != nil || name.hasSuffix(".sbatch")
  }

  /// Makes sure that what lies here with the names of a batch's own files is a batch's.
  ///
  /// - Parameter document: the pipeline that is to be kept here
  public func checkIsOwn(document: Data) throws(BatchError) {
    let files = FileManager.default
    if files.fileExists(atPath: manifest.path) {
      _ = try BatchManifest(of: self)
      return
    }
    // A batch that was broken off as it began has left the same document.
    let isForeign = files.contents(atPath: self.document.path).map { $0 != document } ?? false
    let others = [summary, page, jobs].filter { files.fileExists(atPath: $0.path) }
    if let file = (isForeign ? [self.document] : []).first ?? others.first {
      throw BatchError(
        "\(file.path): would be replaced, and is not of a batch, for there is no manifest.json; choose another folder"
      )
    }
  }

  /// Makes the folders that are not there yet.
  public func make() throws {
    for name in Self.folders {
      do {
        try FileManager.default.createDirectory(
          at: url.appendingPathComponent(name), withIntermediateDirectories: true)
      } catch {
        throw BatchError("\(path): the folder '\(name)' cannot be made in it")
      }
    }
  }

  /// Writes a file, which appears under its name when it is whole.
  func write(_ data: Data, to file: URL) throws {
    do {
      try OutputFile.write(data, to: file.path)
    } catch let error as MediaError {
      throw BatchError(error.description)
    }
  }

  /// Writes a value as readable JSON.
  func write(_ value: some Encodable, to file: URL) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    try write(encoder.encode(value) + Data("\n".utf8), to: file)
  }
}

/// Why a batch cannot be begun or gone on with, in one sentence.
public struct BatchError: Error, Hashable, Sendable, CustomStringConvertible {
  public let description: String

  public init(_ description: String) { self.description = description }
}
