import Foundation
import FuzzTargets

/// Reads one input; a broken promise ends the program.
///
/// libFuzzer, whose `main` this program has, calls it.
@_cdecl("LLVMFuzzerTestOneInput")
public func readFuzzedInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  do {
    try ChosenTarget.target.read(bytes.map { Data(bytes: $0, count: count) } ?? Data())
  } catch {
    ChosenTarget.complain("\(error)")
    abort()
  }
  return 0
}
