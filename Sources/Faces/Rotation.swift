import Foundation

/// A rotation in space, by the rows of its matrix.
public struct Rotation: Sendable, Equatable {
  public let rows: [SIMD3<Double>]

  public init(_ x: SIMD3<Double>, _ y: SIMD3<Double>, _ z: SIMD3<Double>) { rows = [x, y, z] }

  /// Turns about an axis by the axis' length, in radians.
  /// - Source: Rodrigues' formula
  public init(exponential axis: SIMD3<Double>) {
    let angle = (axis * axis).sum().squareRoot()
    let (a, b) =
      angle < 1e-8 ? (1, 0.5) : (sin(angle) / angle, (1 - cos(angle)) / (angle * angle))
    func column(_ unit: SIMD3<Double>) -> SIMD3<Double> {
      let first = cross(axis, unit)
      return unit + a * first + b * cross(axis, first)
    }
    let (x, y, z) = (column(SIMD3(1, 0, 0)), column(SIMD3(0, 1, 0)), column(SIMD3(0, 0, 1)))
    self.init(SIMD3(x.x, y.x, z.x), SIMD3(x.y, y.y, z.y), SIMD3(x.z, y.z, z.z))
  }

  public var inverse: Rotation {
    Rotation(
      SIMD3(rows[0].x, rows[1].x, rows[2].x), SIMD3(rows[0].y, rows[1].y, rows[2].y),
      SIMD3(rows[0].z, rows[1].z, rows[2].z))
  }

  public static func * (rotation: Rotation, point: SIMD3<Double>) -> SIMD3<Double> {
    SIMD3(
      (rotation.rows[0] * point).sum(), (rotation.rows[1] * point).sum(),
      (rotation.rows[2] * point).sum())
  }

  public static func * (a: Rotation, b: Rotation) -> Rotation {
    let columns = b.inverse.rows.map { a * $0 }
    return Rotation(columns[0], columns[1], columns[2]).inverse
  }
}

func cross(_ a: SIMD3<Double>, _ b: SIMD3<Double>) -> SIMD3<Double> {
  SIMD3(a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x)
}
