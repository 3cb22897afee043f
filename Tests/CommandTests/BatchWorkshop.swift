import Foundation
import TestSupport
import Testing

/// A folder with clips, and batches of the roundtrip over them.
struct BatchWorkshop {
  let shop: Workshop

  struct Summary: Decodable {
    struct Item: Decodable {
      struct Failure: Decodable {
        let sentence: String
        let exitCode: Int
      }
      let id: String
      let state: String
      let attempts: Int?
      let failure: Failure?
    }
    let items: [Item]
    let done: Int
    let failed: Int
    let unfinished: Int
  }

  init() throws { shop = try Workshop("batch ö 1") }

  var folder: URL { shop.folder }

  /// Where the batch is.
  var out: String { shop.path("my out") }

  /// Makes clips of one second below `clips`.
  func film(_ names: String..., size: String = "64x48", seconds: Int = 1) throws {
    try FileManager.default.createDirectory(
      atPath: shop.path("clips"), withIntermediateDirectories: true)
    let source = "-f lavfi -i testsrc2=size=\(size):duration=\(seconds) -c:v ffv1"
    for name in names { try shop.ffmpeg(source, shop.path("clips/\(name)")) }
  }

  /// Takes the second half of a clip away.
  func truncate(_ name: String) throws {
    let url = URL(fileURLWithPath: shop.path("clips/\(name)"))
    let whole = shop.path("whole.mp4")
    try shop.ffmpeg("-f lavfi -i testsrc2=size=320x240:duration=4 -movflags faststart", whole)
    let data = try Data(contentsOf: URL(fileURLWithPath: whole))
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try data.prefix(data.count / 2).write(to: url)
  }

  /// The words of a batch of all clips, with two threads an item.
  func words(_ more: String..., each: String = "source.path=clips") -> [String] {
    let document = Shared.root.appendingPathComponent("pipelines/roundtrip.json").path
    return [
      "batch", document, "--each", each, "--set", "output.path=copy.mkv", "--out", "my out",
      "--threads", "1",
    ] + more
  }

  func batch(_ more: String..., each: String = "source.path=clips") throws -> Program.Result {
    try Program(words(each: each) + more, in: folder).result()
  }

  /// The ids of the items that a call would run.
  func waiting() throws -> [String] {
    let result = try batch("--dry-run")
    #expect(result.status == 0, "\(result.errors)")
    return result.lines.map { String($0.prefix { $0 != ":" }) }
  }

  func summary() throws -> Summary {
    let data = try Data(contentsOf: URL(fileURLWithPath: "\(out)/summary.json"))
    return try JSONDecoder().decode(Summary.self, from: data)
  }

  /// The marker of an item that is done.
  func marker(_ id: String) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: "\(out)/done/\(id).json"))
  }

  /// The names of all that lies in a folder of the batch, hidden ones as well.
  func names(_ folder: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: "\(out)/\(folder)")) ?? []).sorted()
  }

  /// The processes at work on an item of the batch, and those that have started them.
  func tasks(_ index: Int) -> [(process: Int32, parent: Int32)] {
    let all = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return all.compactMap { Int32($0) }.compactMap { process in
      let data = FileManager.default.contents(atPath: "/proc/\(process)/cmdline") ?? Data()
      let words = data.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
      guard words.count > 3, words[1] == "task", words[2] == out, words[3] == "\(index)",
        let status = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
        let parent = status.split(separator: ")").last?.split(separator: " ").dropFirst().first
      else { return nil }
      return Int32(parent).map { (process, $0) }
    }
  }
}
