import Foundation
import Tensors
import Testing

/// How far a tensor is from its reference.
public struct Difference: CustomStringConvertible {
  /// The largest difference; infinite where only one of the two is a number.
  public let largest: Float
  /// The largest magnitude of the reference, or 1 where it is zero everywhere.
  public let scale: Float
  public let description: String
  private let deltas: [Float]

  /// The number of elements.
  public var count: Int { deltas.count }

  /// The number of elements that differ by more than `tolerance`, relative to the scale.
  public func count(beyond tolerance: Float) -> Int {
    let bound = tolerance * scale
    return deltas.count { !($0 <= bound) }
  }

  /// The part of the elements that differ by more than `tolerance`, relative to the scale.
  public func share(beyond tolerance: Float) -> Double {
    Double(count(beyond: tolerance)) / Double(max(deltas.count, 1))
  }

  public init(_ ours: Tensor, _ reference: Tensor) throws {
    let (a, b) = (try ours.floats(), try reference.floats())
    let deltas = zip(a, b).map { x, y in
      let delta = x == y ? 0 : abs(x - y)
      return delta.isNaN ? .infinity : delta
    }
    self.deltas = deltas
    let magnitude = b.reduce(Float(0)) { max($0, $1.isFinite ? abs($1) : 0) }
    scale = magnitude == 0 ? 1 : magnitude
    let place = deltas.indices.max { deltas[$0] < deltas[$1] }
    largest = place.map { deltas[$0] } ?? 0
    guard let place else {
      description = "no elements"
      return
    }
    var rest = place
    var index: [Int] = []
    for size in reference.shape.reversed() {
      index.insert(rest % size, at: 0)
      rest /= size
    }
    let delta = String(format: "%.2g", Double(largest))
    let part = String(format: "%.2g", Double(largest / scale))
    description =
      "max |Δ| \(delta), \(part) of the scale, at \(index) (ours \(a[place]), reference \(b[place]))"
  }
}

/// Expects a tensor to have its reference's shape and values.
/// - Parameters:
///   - tolerance: relative to the reference's largest magnitude
///   - share: part of the elements that may differ by up to `bound` instead
///   - name: said in the message
///   - fixture: `<set>/<file>/<tensor>` of an official number, under which the difference is noted
public func expectClose(
  _ ours: Tensor, _ reference: Tensor, within tolerance: Float, exceptFor share: Double = 0,
  upTo bound: Float = 1e-3, _ name: String = "tensor", fixture: String? = nil,
  sourceLocation: SourceLocation = #_sourceLocation
) throws {
  guard ours.shape == reference.shape else {
    Issue.record(
      "\(name): shape \(ours.shape), wanted \(reference.shape)", sourceLocation: sourceLocation)
    return
  }
  let difference = try Difference(ours, reference)
  if ProcessInfo.processInfo.environment["PVPIPE_PRINT_DIFFERENCES"] != nil {
    print("\(name): \(difference), tolerance \(tolerance)")
  }
  if let fixture { Parity.measured(fixture, difference, tolerance: tolerance) }
  if difference.largest <= tolerance * difference.scale { return }
  let beyond = difference.share(beyond: tolerance)
  if beyond <= share, difference.largest <= bound * difference.scale { return }
  Issue.record(
    """
    \(name): \(difference); tolerance \(tolerance) of the scale \(difference.scale), \
    \(String(format: "%.3g", beyond * 100)) % of the elements beyond it
    """, sourceLocation: sourceLocation)
}
