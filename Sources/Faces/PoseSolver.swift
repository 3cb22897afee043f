import Foundation

/// Finds the camera from where the points of a face fall in a crop: perspective-n-point.
///
/// Minimizes `Σ wᵢ |π(R xᵢ + t) - uᵢ|²` over the six numbers of R and t by Levenberg and Marquardt's method.
/// - Source: Hartley & Zisserman 2004, §A6.2
public struct PoseSolver: Sendable {
  public let face: CanonicalFace

  public init(_ face: CanonicalFace) { self.face = face }

  /// The pose in which the canonical face fits `face` best, and the root mean square of what remains.
  /// - Parameters:
  ///   - frame: the crop, whose middle is the camera's principal point
  ///   - start: from where to search
  public func pose(
    of face: Face, in frame: CropFrame, from start: HeadPose = HeadPose()
  ) -> (pose: HeadPose, residual: Double) {
    let places = self.face.support.map { frame.place(face.pixel($0.landmark)) }
    return pose(places: places, from: start)
  }

  /// - Parameter places: of the support's landmarks in the crop, 0...1 inside
  public func pose(
    places: [SIMD2<Double>], from start: HeadPose = HeadPose()
  ) -> (pose: HeadPose, residual: Double) {
    var rotation = start.rotation
    var pivot = start.pivot
    var damping = 1e-3
    var system = NormalEquations(face.support, places, rotation, pivot)
    for _ in 0..<60 {
      let step = system.step(damping: damping)
      let turned = Rotation(exponential: SIMD3(step[0], step[1], step[2])) * rotation
      let moved = pivot + SIMD3(step[3], step[4], step[5])
      let next = NormalEquations(face.support, places, turned, moved)
      let size = step.reduce(0) { max($0, abs($1)) }
      if moved.z > 0.1, next.error <= system.error {
        (rotation, pivot, system) = (turned, moved, next)
        damping = max(damping / 10, 1e-12)
      } else {
        damping *= 10
      }
      if size < 1e-10 || damping > 1e9 { break }
    }
    let total = face.support.reduce(0) { $0 + $1.weight }
    return (HeadPose(rotation, pivot: pivot), (system.error / total).squareRoot())
  }
}

/// The quadratic approximation of the error around a pose, turned about the pivot and shifted.
private struct NormalEquations {
  private(set) var error = 0.0
  private var matrix = [Double](repeating: 0, count: 36)
  private var vector = [Double](repeating: 0, count: 6)

  init(
    _ support: [CanonicalFace.Support], _ places: [SIMD2<Double>], _ rotation: Rotation,
    _ pivot: SIMD3<Double>
  ) {
    let focal = HeadPose.focal
    for (item, place) in zip(support, places) {
      let arm = rotation * (item.point - HeadPose.pivotPoint)
      let seen = arm + pivot
      let fall = SIMD2(seen.x, seen.y) / seen.z
      for axis in 0..<2 {
        let residual = place[axis] - 0.5 - focal * fall[axis]
        // The derivative with respect to the point seen, then to a turn and to a shift.
        var slope = SIMD3<Double>(0, 0, -fall[axis])
        slope[axis] = 1
        slope *= focal / seen.z
        let turn = cross(arm, slope)
        let row = [turn.x, turn.y, turn.z, slope.x, slope.y, slope.z]
        error += item.weight * residual * residual
        for i in 0..<6 {
          vector[i] += item.weight * row[i] * residual
          for j in 0..<6 { matrix[6 * i + j] += item.weight * row[i] * row[j] }
        }
      }
    }
  }

  /// Solves `(A + damping · diag A) x = b` by elimination.
  func step(damping: Double) -> [Double] {
    var (a, b) = (matrix, vector)
    for i in 0..<6 { a[7 * i] *= 1 + damping }
    for i in 0..<6 {
      for j in i + 1..<6 where a[7 * i] != 0 {
        let factor = a[6 * j + i] / a[7 * i]
        for k in i..<6 { a[6 * j + k] -= factor * a[6 * i + k] }
        b[j] -= factor * b[i]
      }
    }
    for i in (0..<6).reversed() {
      for j in i + 1..<6 { b[i] -= a[6 * i + j] * b[j] }
      b[i] = a[7 * i] == 0 ? 0 : b[i] / a[7 * i]
    }
    return b
  }
}
