import Foundation
import Synchronization
import Tensors

/// What fixture tests measured, gathered in the file that `PVPIPE_PARITY` names.
///
/// Lines of fields between tabs, from which `scripts/parity.sh` makes `docs/parity.md`:
/// - `measured`, module, quantity, largest difference, scale, tolerance relative to the scale, number of elements,
///   number of them beyond the tolerance
/// - `read`, tensor: a test has looked at a recorded tensor
/// - `recorded`, tensor: there is such a tensor
public enum Parity {
  private static let path = ProcessInfo.processInfo.environment["PVPIPE_PARITY"]
  private static let known = Mutex<Set<String>>([])

  /// Whether measurements are gathered.
  public static var isOn: Bool { path != nil }

  /// Notes how far a tensor is from its reference.
  /// - Parameters:
  ///   - name: `<set>/<file>/<tensor>`
  ///   - tolerance: relative to the scale
  public static func measured(_ name: String, _ difference: Difference, tolerance: Float) {
    measured(
      name, largest: difference.largest, scale: difference.scale, tolerance: tolerance,
      count: difference.count, beyond: difference.count(beyond: tolerance))
  }

  /// Notes how far one number is from its reference.
  public static func measured(_ name: String, _ ours: Float, _ reference: Float, tolerance: Float) {
    let scale = max(abs(reference), .leastNormalMagnitude)
    let delta = abs(ours - reference)
    measured(
      name, largest: delta, scale: scale, tolerance: tolerance, count: 1,
      beyond: delta <= tolerance * scale ? 0 : 1)
  }

  private static func measured(
    _ name: String, largest: Float, scale: Float, tolerance: Float, count: Int, beyond: Int
  ) {
    let (module, quantity) = place(name)
    let numbers = [largest, scale, tolerance].map { String(format: "%.9g", Double($0)) }
    write((["measured", module, quantity] + numbers + ["\(count)", "\(beyond)"]))
  }

  /// Notes that a test has read a recorded tensor, `<set>/<file>/<tensor>`.
  public static func read(_ name: String) { write(["read", name]) }

  /// Notes that a tensor is recorded.
  public static func recorded(_ name: String) { write(["recorded", name]) }

  /// The module and the quantity that the name of a tensor stands for.
  ///
  /// Of operations the module is the operation; of files it is the file, and the quantity is the last word of the
  /// tensor's name that is not a part such as `sample0`. All gradients of a file are one quantity.
  static func place(_ name: String) -> (module: String, quantity: String) {
    let parts = name.split(separator: "/").map(String.init)
    if parts[0] == "ops", let operation = parts.dropFirst().first, let tensor = parts.last {
      let kind = tensor.hasPrefix("grad_") ? "gradients" : "results"
      return ("ops/\(operation)", kind)
    }
    let tensor = parts.dropFirst(2).joined(separator: "/")
    let words = tensor.split(separator: ".").map(String.init)
    let module = parts.prefix(2).joined(separator: "/")
    for (mark, quantity) in [
      ("grad", "gradients"), ("norm", "lengths of gradients"), ("moved", "lengths of changes"),
    ] where words.contains(mark) { return (module, quantity) }
    if words[0].hasPrefix("after") { return (module, "tensors after an update") }
    let telling = words.filter { !$0.contains(/^(sample\d+|samples|ch\d+_\d+|\d.*)$/) }
    return (module, telling.last ?? tensor)
  }

  private static func write(_ fields: [String]) {
    guard let path else { return }
    let line = fields.joined(separator: "\t")
    known.withLock { lines in
      guard fields[0] == "measured" || lines.insert(line).inserted else { return }
      let url = URL(fileURLWithPath: path)
      if let file = try? FileHandle(forWritingTo: url) {
        _ = try? file.seekToEnd()
        try? file.write(contentsOf: Data((line + "\n").utf8))
        try? file.close()
      } else {
        try? Data((line + "\n").utf8).write(to: url)
      }
    }
  }
}
