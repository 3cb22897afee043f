import Heads
import PV3D
import Tensors

/// The cells of the planes that each motion unit moves on synthetic heads.
///
/// Each unit moves the skin of each head by its blendshapes, so that where it moves nothing is known: hair at the neck
/// has no part in a lid that shuts. A cell of a plane of x and z belongs to all heights: what a jaw that drops changed
/// there would change the forehead above it. No unit reaches these. A cell of the plane of z and y, which orthogonal
/// planes have (`Triplane`), belongs to both sides of the head: only units that move both there reach it.
public struct MotionReach {
  private let views: HeadViews
  private let config: GeneratorConfig
  /// Heads that are looked at.
  package var people = 24
  /// What counts as moved, in meters.
  package var least: Float = 0.0003
  /// Cells around those that are moved that belong to them, since cells are sampled with their neighbors.
  package var margin = 1

  /// What one unit moves, row by row.
  private struct Cells {
    /// Cells of x and y.
    var frontal: Set<Int> = []
    /// Cells of z and y, of the head's right side and of its left.
    var sides: [Set<Int>] = [[], []]
  }

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
    func plane(_ reached: (Cells) -> Set<Int>) throws -> Tensor {
      let values = cells.flatMap { unit -> [Float] in
        let cells = reached(unit)
        return (0..<side * side).map { cells.contains($0) ? 1 : 0 }
      }
      return try Tensor(values, [units, 1, side, side])
    }
    let frontal = try plane(\.frontal)
    let lateral = try plane {
      config.orthogonalPlanes ? $0.sides[0].intersection($0.sides[1]) : []
    }
    let features = config.planeFeatures
    var result: [String: Tensor] = [:]
    result[MotionFlowFit.offsets] = try .concatenated(
      [
        frontal.expanded([-1, features, -1, -1]), .zeros([units, features, side, side]),
        lateral.expanded([-1, features, -1, -1]),
      ], 1)
    guard config.motionFlowResolution > 0 else { return result }
    let fine = config.motionFlowResolution
    func flow(_ cells: Tensor) throws -> Tensor {
      try ((cells.resized(height: fine, width: fine, antialiased: false) - 0.01) * 1e6)
        .clamped(0, 1).expanded([-1, 2, -1, -1]).contiguous()
    }
    result[MotionFlowFit.frontal] = try flow(frontal)
    if config.orthogonalPlanes { result[MotionFlowFit.lateral] = try flow(lateral) }
    return result
  }

  private func cells() throws -> [Cells] {
    var sampler = try HeadSampler(library: views.library, seed: 7, heldOut: HeadViews.heldOut)
    var cells = MotionUnit.allCases.map { _ in Cells() }
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
              mark(from + way * part, &cells[unit.rawValue])
            }
          }
        }
      }
    }
    return cells
  }

  /// Marks the cells around a point of a head.
  private func mark(_ point: SIMD3<Float>, _ cells: inout Cells) {
    let world = point * PortraitCamera.scale + PortraitCamera.eyes
    let place = (world * (2 / config.boxWarp) + 1) * (0.5 * Float(config.motionOffsetResolution))
    mark(place.x, place.y, &cells.frontal)
    mark(place.z, place.y, &cells.sides[world.x < 0 ? 0 : 1])
  }

  /// Marks the cells around a place, which counts cells along the width and the height.
  private func mark(_ x: Float, _ y: Float, _ cells: inout Set<Int>) {
    let side = config.motionOffsetResolution
    let (column, row) = (Int(x.rounded(.down)), Int(y.rounded(.down)))
    for row in row - margin...row + margin where (0..<side).contains(row) {
      for column in column - margin...column + margin where (0..<side).contains(column) {
        cells.insert(row * side + column)
      }
    }
  }
}
