import ArgumentParser
import Foundation
import Media
import Stages
import Tensors

/// Compares two videos of faces.
struct CompareCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Measure how alike two videos of faces are, and how one follows the other.",
    discussion: """
      Frame by frame until the shorter one ends; a still is compared with all frames of the other. \
      PSNR needs two videos of one size; the identity distance is below 0.6 for one person.
      """)

  @Argument(help: "A video or a still.") var first: String
  @Argument(help: "What it is compared with.") var second: String
  @Flag(help: "Print JSON.") var json = false
  @Option(help: "Write what was seen frame by frame into this CSV file.", completion: .file())
  var series: String?
  @Option(help: "Threads of one tensor operation.") var threads = 1

  func validate() throws { try ThreadCount.check(threads) }

  func run() async throws {
    Torch.threads = threads
    let table = try series.map { try OutputFile(path: $0) }
    let pair = try ClipPair(first, second)
    if let table {
      try table.write(Data(pair.csv.utf8))
      try table.commit()
    }
    let metrics = pair.metrics
    guard json else { return print(metrics.text) }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "infinite", negativeInfinity: "-infinite", nan: "unknown")
    print(String(decoding: try encoder.encode(metrics), as: UTF8.self))
  }
}
