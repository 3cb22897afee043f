import PV3D

/// A depth map as a gray relief, lit from the upper left.
struct DepthRelief {
  let image: UnitImage

  /// - Parameter depth: `side²` distances in world units; farther than 3.25 is empty
  init(_ depth: [Float]) {
    let side = Int(Double(depth.count).squareRoot())
    let step = 2.7 / (Camera.focalLength * Float(side))
    func value(_ row: Int, _ column: Int) -> Float {
      min(depth[min(row, side - 1) * side + min(column, side - 1)], 3.25)
    }
    var shades = [Float](repeating: 0, count: side * side)
    for row in 0..<side {
      for column in 0..<side where value(row, column) < 3.25 {
        let here = value(row, column)
        let normal = SIMD3(
          (value(row, column + 1) - here) / step, (value(row + 1, column) - here) / step, 1)
        let light = SIMD3<Float>(0.35, 0.45, 0.82)
        let shade = (normal * light).sum() / (normal * normal).sum().squareRoot()
        shades[row * side + column] = 0.15 + 0.85 * max(0, shade)
      }
    }
    image = UnitImage(width: side, height: side, values: shades + shades + shades)
  }
}
