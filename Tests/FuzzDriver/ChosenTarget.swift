import Foundation
import FuzzTargets

/// The target that `PVPIPE_FUZZ_TARGET` names.
enum ChosenTarget {
  static let target: FuzzTarget = {
    let name = ProcessInfo.processInfo.environment["PVPIPE_FUZZ_TARGET"] ?? ""
    guard let target = FuzzTarget(rawValue: name) else {
      let names = FuzzTarget.allCases.map(\.rawValue).joined(separator: ", ")
      complain("PVPIPE_FUZZ_TARGET must be one of \(names), not '\(name)'")
      exit(64)
    }
    return target
  }()

  static func complain(_ line: String) {
    FileHandle.standardError.write(Data("\(line)\n".utf8))
  }
}
