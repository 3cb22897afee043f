import Heads
import PV3D
import Tensors

/// The cells of the frontal plane that each motion unit moves on synthetic heads.
///
/// Each unit moves the skin of each head by its blendshapes, so that where it moves nothing is known: hair at the neck
/// has no part in a lid that shuts. Both other planes are of x and z (`Triplane`), and each of their cells belongs to
/// all heights: what a jaw that drops changed there would change the forehead above it. No unit reaches them.
public struct MotionReach {
  private let views: HeadViews
  private let config: GeneratorConfig
  /// Heads that are looked at.
  package var people = 24
  /// What counts as moved, in meters.
  package var least: Float = 0.0003
  /// Cells around those that are moved that belong to them, since cells are sampled with their neighbors.
  package var margin = 1

  /// - Parameter config: of a generator whose motion offsets are those of the motion units
  public init(_ views: HeadViews, _ config: GeneratorConfig) {
    self.views = views
    self.config = config
  }

  /// For the tensors of motion offsets and of the motion flow, 1 where something moves and 0 elsewhere,
  /// in the shape of each.
  public func measured() throws -> [String: Tensor] {
    let cells = try cells()
    let (units, side) = (cells.count, config.motionOffsetResolution)
    let frontal = try Tensor(cells.flatMap { $0 }, [units, 1, side, side])
    let features = config.planeFeatures
    var result: [String: Tensor] = [:]
    result[MotionFlowFit.offsets] = try .concatenated(
      [
        frontal.expanded([-1, features, -1, -1]), .zeros([units, 2 * features, side, side]),
      ], 1)
    if config.motionFlowResolution > 0 {
      let fine = config.motionFlowResolution
      result[MotionFlowFit.flow] =
        try ((frontal.resized(height: fine, width: fine, antialiased: false) - 0.01) * 1e6)
        .clamped(0, 1).expanded([-1, 2, -1, -1]).contiguous()
    }
    return result
  }

  /// For each unit, row by row, 1 where a cell is moved.
  private func cells() throws -> [[Float]] {
    let side = config.motionOffsetResolution
    var sampler = try HeadSampler(library: views.library, seed: 7, heldOut: HeadViews.heldOut)
    var cells = MotionUnit.allCases.map { _ in [Float](repeating: 0, count: side * side) }
    func place(_ point: SIMD3<Float>) -> SIMD3<Float> {
      let world = point * PortraitCamera.scale + PortraitCamera.eyes
      return (world * (2 / config.boxWarp) + 1) * (0.5 * Float(side))
    }
    for _ in 0..<people {
      let head = try views.library.blend(sampler.look().recipe)
      let rest = head.vertices(FacialExpression())
      for unit in MotionUnit.allCases {
        for end in unit.range.lowerBound < 0 ? [1, -1] : [Float(1)] {
          let moved = head.vertices(FacialExpression([unit: end]))
          for (from, to) in zip(rest, moved) {
            let way = to - from
            guard (way * way).sum() > least * least else { continue }
            // All the way from where it was to where it goes.
            for part in stride(from: Float(0), through: 1, by: 0.25) {
              mark(place(from + way * part), side, &cells[unit.rawValue])
            }
          }
        }
      }
    }
    return cells
  }

  /// Marks the cells around a point, whose coordinates count cells.
  private func mark(_ point: SIMD3<Float>, _ side: Int, _ cells: inout [Float]) {
    let column = Int(point.x.rounded(.down))
    let row = Int(point.y.rounded(.down))
    for row in row - margin...row + margin where (0..<side).contains(row) {
      for column in column - margin...column + margin where (0..<side).contains(column) {
        cells[row * side + column] = 1
      }
    }
  }
}
