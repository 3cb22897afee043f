import Foundation
import Media
public import Pipeline
import Synchronization

/// Whether stages that say that they hold few pictures do.
///
/// A stage that makes frames of frames alone is given counted ones. It may not read any before its
/// output is read, nor more than a few ahead of its reader. A stage that fails with its defaults, as
/// one that wants a face, is not told about.
public struct StreamingConformance: Sendable {
  /// How many frames a stage may be ahead of its reader.
  public static let longestLead = 8

  /// What is wrong, in the order of the registry.
  public let violations: [StageConformance.Violation]

  public init(_ registry: StageRegistry) async {
    var found: [StageConformance.Violation] = []
    for type in registry.stages {
      for message in await Self.violations(of: type.init()) {
        found.append(StageConformance.Violation(stage: type.name, message: message))
      }
    }
    violations = found
  }

  /// What is wrong with a stage of these parameters.
  public static func violations(of stage: some Stage) async -> [String] {
    let type = type(of: stage)
    let outputs = type.outputs.filter { $0.artifact == Frames.self }
    let wanted = type.inputs.filter { !$0.isOptional }
    guard type.holding == .few, !wanted.isEmpty, !outputs.isEmpty,
      wanted.allSatisfy({ $0.artifact == Frames.self })
    else { return [] }
    var found: [String] = []
    for port in outputs {
      // A stage that cannot run so is none that can be told about.
      let message = try? await violation(of: stage, reading: wanted, at: port.name)
      if let message { found.append(message) }
    }
    return found
  }

  private static func violation(
    of stage: some Stage, reading wanted: [any AnyPort], at port: String
  ) async throws -> String? {
    let source = CountedFrames(3 * longestLead)
    var inputs = Ports()
    for input in wanted { inputs[Port<Frames>(input.name)] = source.frames }
    let context = RunContext(folder: FileManager.default.temporaryDirectory)
    let output = try await stage.run(inputs, in: context)[Port<Frames>(port)]
    let law = "; it must declare what it holds"
    guard source.made == 0 else {
      return "has read \(source.made) frames before its output '\(port)' is read" + law
    }
    var read = 0
    for try await _ in output {
      read += 1
      let lead = source.made - read
      guard lead <= longestLead else {
        return "has read \(lead) frames more than the reader of its output '\(port)'" + law
      }
    }
    return nil
  }
}

/// Gray frames that are counted as they are made, so large that no pipe holds one.
private final class CountedFrames: Sendable {
  private static let side = 256
  private let count: Int
  private let greatest = Mutex(0)

  init(_ count: Int) { self.count = count }

  /// How many were made in the longest reading.
  var made: Int { greatest.withLock { $0 } }

  var frames: Frames {
    let side = Self.side
    let info = Frames.Info(width: side, height: side, rate: Ratio(25, 1), estimatedCount: count)
    return Frames(info) { [self] in
      var index = 0
      return { [self] in
        guard index < count else { return nil }
        defer { index += 1 }
        greatest.withLock { $0 = max($0, index + 1) }
        return Frame(
          width: side, height: side, pixels: [UInt8](repeating: 128, count: 3 * side * side),
          time: MediaTime(Int64(index), 25), index: index)
      }
    }
  }
}
