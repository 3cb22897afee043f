import Foundation
import FuzzTargets
import TestSupport
import Testing

/// What fuzzers found, and what they begin with, read once more; and small changes of it.
@Suite struct FuzzTests {
  static let inputs = Shared.root.appendingPathComponent("Tests/FuzzTests/Inputs")

  /// The inputs of a target, by their names.
  static func inputs(of target: FuzzTarget) throws -> [(name: String, data: Data)] {
    var folders = [inputs.appendingPathComponent(target.rawValue)]
    if target == .document { folders.append(Shared.root.appendingPathComponent("pipelines")) }
    return try folders.flatMap { folder in
      try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted().map {
        ($0, try Data(contentsOf: folder.appendingPathComponent($0)))
      }
    }
  }

  @Test(arguments: FuzzTarget.allCases) func whatIsKeptIsRead(_ target: FuzzTarget) throws {
    let inputs = try Self.inputs(of: target)
    #expect(!inputs.isEmpty)
    for (name, data) in inputs {
      #expect(throws: Never.self, "\(name)") { try target.read(data) }
    }
  }

  /// Always the same changes, so that a failure comes again.
  @Test(arguments: FuzzTarget.allCases) func whatIsDamagedIsRead(_ target: FuzzTarget) throws {
    let rounds = target == .video ? 24 : 200
    var changes = ByteChanges(seed: 7)
    for (name, data) in try Self.inputs(of: target) where data.count < 20_000 {
      for round in 0..<rounds {
        let changed = changes.changed(data)
        #expect(throws: Never.self, "\(name), round \(round)") { try target.read(changed) }
      }
    }
  }
}
