import Tensors

/// Where no stored look of a model has anything before the face.
///
/// A picture tells nothing of how far before a head something lies that is seen in line with it. What no look has there is
/// air: hair that hangs in it fits one view and is a brim in the next.
package struct FreeSpace {
  /// Cells along the side of the cube.
  package static let side = 48
  /// Stored looks that are asked for at most.
  private static let looks = 32
  /// Cells before what any look fills that are not counted as free.
  private static let margin = 2
  /// The part of light that a cell stops at least where something is.
  private static let least: Float = 0.2

  /// The free cells, `(z · side + y) · side + x` each.
  package let cells: [Int]
  private let edge: Float
  private let corner: Float

  /// - Returns: nil for a model that stores no looks
  package init?(_ generator: Generator) throws {
    guard generator.mapping.bank != nil else { return nil }
    let (side, box) = (Self.side, generator.config.boxWarp)
    (edge, corner) = (box / Float(side), -box / 2)
    let filled = try Self.filled(generator, edge: edge, corner: corner)
    // The frontal camera looks along z.
    let front = Camera.canonical.position.z > 0
    var cells: [Int] = []
    for y in 0..<side {
      for x in 0..<side {
        func index(_ step: Int) -> Int { ((front ? side - 1 - step : step) * side + y) * side + x }
        guard let first = (0..<side).first(where: { filled[index($0)] }) else { continue }
        cells += (0..<max(first - Self.margin, 0)).map(index)
      }
    }
    self.cells = cells
  }

  /// For each cell, whether a look has something in it or in one of its neighbors along x and y.
  private static func filled(
    _ generator: Generator, edge: Float, corner: Float
  ) throws -> [Bool] {
    try withoutGradients {
      let styles = try generator.mapping.bankStyles()
      let middles = (0..<side).map { corner + (Float($0) + 0.5) * edge }
      let points = try Tensor(
        middles.flatMap { z in middles.flatMap { y in middles.flatMap { [$0, y, z] } } },
        [1, side * side * side, 3]
      ).to(generator.device)
      let still = try Tensor(full: 0, [1, generator.config.motionDimension])
        .to(generator.device)
      var densest: Tensor?
      for row in stride(from: 0, to: styles.shape[0], by: max(1, styles.shape[0] / looks)) {
        let ws = try styles.sliced(0, row..<row + 1).reshaped(1, 1, -1)
          .expanded([1, generator.config.styleCount, -1])
        let raw = try generator.renderer.density(
          generator.synthesis(ws, motion: still), points: points)
        densest = try densest.map { try .maximum($0, raw) } ?? raw
      }
      guard let densest else { return Array(repeating: false, count: side * side * side) }
      // What stops the least part: 1 - exp(-density · edge).
      let stopped = try 1 - (Activation.softplus(densest - 1) * -edge).exponential()
      let widened = try stopped.reshaped(side, 1, side, side)
        .maxPooled(3, stride: 1, padding: 1)
      return try widened.floats().map { $0 >= least }
    }
  }

  /// Random points in free cells, `[1, count, 3]` in world units.
  func points(_ count: Int, using random: inout RandomSource) throws -> Tensor {
    let side = Self.side
    let values = (0..<count).flatMap { _ -> [Float] in
      let cell = cells[Int.random(in: cells.indices, using: &random)]
      return [cell % side, cell / side % side, cell / side / side].map {
        corner + (Float($0) + .random(in: 0..<1, using: &random)) * edge
      }
    }
    return try Tensor(values, [1, count, 3])
  }

  /// How much a generator has in free space: the mean of `log(1 + density · edge)` at random points, a scalar.
  ///
  /// The logarithm lets what is dense be drawn down as fast as what is thin.
  /// - Parameter planes: `[batch, 3, planeFeatures, side, side]`
  package func content(
    of planes: Tensor, _ generator: Generator, points count: Int = 2048,
    using random: inout RandomSource
  ) throws -> Tensor {
    guard !cells.isEmpty else { return try planes.sum() * 0 }
    let points = try points(count, using: &random).to(planes.device)
      .expanded([planes.shape[0], -1, -1]).contiguous()
    let density = try Activation.softplus(
      generator.renderer.density(planes, points: points) - 1)
    return try (density * edge + 1).logarithm().mean()
  }
}
