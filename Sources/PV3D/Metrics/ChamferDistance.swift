import Tensors

/// How far two clouds of points are apart, by the medians of nearest distances.
///
/// For each chosen point the squared distance to the nearest of *all* points of the other cloud; the lower
/// median over each cloud's points, and the sum of both.
/// - Source: Xu et al. 2023 (PV3D), section 4; PV3D-SPEC section 18
public enum ChamferDistance {
  /// Points of a cloud that are compared at a time, which bounds the memory.
  private static let rows = 256

  /// - Parameters:
  ///   - x: `[points, 3]`
  ///   - y: `[points, 3]`
  ///   - xChosen: for each point of `x` whether its distance counts, such as opacity above ½
  ///   - yChosen: for each point of `y`
  /// - Returns: in squared units of the points; nil where no point of a cloud counts
  public static func between(
    _ x: Tensor, _ y: Tensor, choosing xChosen: [Bool], _ yChosen: [Bool]
  ) throws -> Float? {
    let there = try nearest(from: x, to: y)
    let back = try nearest(from: y, to: x)
    guard xChosen.count == there.count, yChosen.count == back.count else {
      throw TensorError(
        operation: "chamfer distance",
        reason: """
          \(there.count) and \(back.count) points come with \(xChosen.count) and \(yChosen.count) choices
          """)
    }
    guard let one = lowerMedian(there, xChosen), let other = lowerMedian(back, yChosen) else {
      return nil
    }
    return one + other
  }

  /// The squared distance of each point of `x` to the nearest point of `y`.
  private static func nearest(from x: Tensor, to y: Tensor) throws -> [Float] {
    let (count, others) = (x.shape[0], y.shape[0])
    guard count > 0, others > 0 else { return [] }
    let targets = try y.to(x.device).reshaped(1, others, 3)
    return try stride(from: 0, to: count, by: rows).flatMap { start in
      let part = try x.sliced(0, start..<min(start + rows, count)).reshaped(-1, 1, 3)
      return try (part - targets).squared().sum(2).minimum(1).floats()
    }
  }

  /// The smaller of the two middle values where their number is even.
  private static func lowerMedian(_ values: [Float], _ chosen: [Bool]) -> Float? {
    let kept = zip(values, chosen).filter(\.1).map(\.0).sorted()
    return kept.isEmpty ? nil : kept[(kept.count - 1) / 2]
  }
}
