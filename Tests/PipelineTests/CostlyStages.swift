import Foundation
import Pipeline

/// Whole numbers of a file, one a line.
struct Lines: Stage {
  static let name = "lines"
  static let summary = "Reads numbers."
  static let numbers = Port<Numbers>("numbers")
  static let outputs: [any AnyPort] = [numbers]
  static let influences: Set<Influence> = []

  @Parameter("The file.") var path = ""

  var sourceFiles: [String: [String]] { ["path": [path]] }

  func run(_ inputs: Ports, in context: RunContext) async throws -> Ports {
    let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
    let numbers = lines.compactMap { Int($0) }
    return Ports(Self.numbers, Numbers { $0 < numbers.count ? numbers[$0] : nil })
  }
}

/// A sum that is worth keeping; its progress tells that it is made.
struct Tally: CostlyStage {
  static let name = "tally"
  static let summary = "Adds numbers up and keeps the sum."
  static let numbers = Port<Numbers>("numbers")
  static let offset = OptionalPort<Total>("offset")
  static let total = Port<Total>("total")
  static let inputs: [any AnyPort] = [numbers, offset]
  static let outputs: [any AnyPort] = [total]
  static let influences: Set<Influence> = []

  @Parameter("What each number is multiplied with.") var factor = 1

  func run(_ inputs: Ports, in context: RunContext) async throws -> Ports {
    let last = context.lastCheckpoint("sum") { folder in
      let text = try String(contentsOf: Self.file(in: folder), encoding: .utf8)
      return text.split(separator: " ").compactMap { Int($0) }
    }
    var sum = last?[0] ?? inputs[Self.offset]?.value ?? 0
    var done = last?[1] ?? 0
    context.note("adds")
    while let number = try await inputs[Self.numbers].make(done) {
      try Task.checkCancellation()
      sum += number * factor
      done += 1
      context.checkpoint("sum") { folder in
        try "\(sum) \(done)".write(to: Self.file(in: folder), atomically: false, encoding: .utf8)
      }
      context.progress(done)
    }
    let course = [(0.0, 0.0), (10.0, Double(sum))].map { (x: $0.0, y: $0.1) }
    context.show(
      .plot(
        Exhibit.Plot("Sum <so far>", across: "line", unit: "ones", [.init("sum", course)])))
    return Ports(Self.total, Total(value: sum))
  }

  func store(_ outputs: Ports, in folder: URL) throws {
    let text = "\(outputs[Self.total].value)"
    try text.write(to: Self.file(in: folder), atomically: false, encoding: .utf8)
  }

  func restored(from folder: URL, _ inputs: Ports, in context: RunContext) throws -> Ports {
    let text = try String(contentsOf: Self.file(in: folder), encoding: .utf8)
    guard let value = Int(text) else { throw Torn(index: 0) }
    return Ports(Self.total, Total(value: value))
  }

  static func file(in folder: URL) -> URL { folder.appendingPathComponent("sum.txt") }
}

/// A kept number that follows from all that a stage may follow from.
struct Dice: CostlyStage {
  static let name = "dice"
  static let summary = "Gives the seed."
  static let total = Port<Total>("total")
  static let outputs: [any AnyPort] = [total]

  func run(_ inputs: Ports, in context: RunContext) async throws -> Ports {
    context.progress(1)
    return Ports(Self.total, Total(value: Int(context.stageSeed >> 1)))
  }

  func store(_ outputs: Ports, in folder: URL) throws { try Tally().store(outputs, in: folder) }

  func restored(from folder: URL, _ inputs: Ports, in context: RunContext) throws -> Ports {
    try Tally().restored(from: folder, inputs, in: context)
  }
}

extension Hashing {
  /// FNV-1a of 64 bits: enough where nobody looks for two texts of one hash.
  static let short = Hashing(
    data: { fnv($0) },
    files: { paths in
      fnv(try paths.reduce(Data()) { try $0 + Data(contentsOf: URL(fileURLWithPath: $1)) })
    })

  static func fnv(_ data: Data) -> String {
    let hash = data.reduce(UInt64(0xCBF2_9CE4_8422_2325)) {
      ($0 ^ UInt64($1)) &* 0x100_0000_01B3
    }
    let text = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - text.count) + text
  }
}

/// Writes a number into a file; its progress tells that it does.
struct Jot: WritingStage {
  static let name = "jot"
  static let summary = "Writes a number."
  static let total = Port<Total>("total")
  static let inputs: [any AnyPort] = [total]
  static let influences: Set<Influence> = []

  @Parameter("The file.") var path = ""

  var writtenFiles: [String: [String]] { ["path": [path]] }

  func run(_ inputs: Ports, in context: RunContext) async throws -> Ports {
    context.progress(1)
    let place = try context.output(path)
    let beside = place.path + ".copy"
    for path in [place.path, beside] {
      try "\(inputs[Self.total].value)".write(toFile: path, atomically: true, encoding: .utf8)
    }
    context.wrote(place, files: [place.path, beside])
    return Ports()
  }
}
