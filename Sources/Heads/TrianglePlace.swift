/// Where a place on the screen lies in a triangle: its corners and their shares of what they carry.
struct TrianglePlace {
  let (i, j, k): (Int, Int, Int)
  let (a, b, c): (Float, Float, Float)

  /// - Parameters:
  ///   - corners: of the triangle; the fourth is not used
  ///   - screen: columns, rows and 1/z of all vertices
  ///   - x: in samples, as `y`; a place outside counts as one at the border
  @inline(__always)
  init(
    _ corners: SIMD4<Int32>, _ screen: UnsafeMutablePointer<Vector>, _ x: Float, _ y: Float
  ) {
    (i, j, k) = (Int(corners.x), Int(corners.y), Int(corners.z))
    let (first, second, third) = (screen[i], screen[j], screen[k])
    var (wb, wc) = Self.weights(first, second, third, x, y)
    wb = min(max(wb, 0), 1)
    wc = min(max(wc, 0), 1 - wb)
    // Divided by z, attributes are linear on the screen.
    let wa = (1 - wb - wc) * first.z
    wb *= second.z
    wc *= third.z
    let total = 1 / (wa + wb + wc)
    (a, b, c) = (wa * total, wb * total, wc * total)
  }

  /// The weights of the corners b and c at a place on the screen.
  @inline(__always)
  static func weights(
    _ a: Vector, _ b: Vector, _ c: Vector, _ x: Float, _ y: Float
  ) -> (b: Float, c: Float) {
    let ab = b - a
    let ac = c - a
    let scale = 1 / (ab.x * ac.y - ab.y * ac.x)
    let (dx, dy) = (x - a.x, y - a.y)
    return ((dx * ac.y - dy * ac.x) * scale, (dy * ab.x - dx * ab.y) * scale)
  }

  /// What the triangle carries at the place.
  @inline(__always)
  func mixed(_ values: UnsafeMutablePointer<Vector>) -> Vector {
    values[i] * a + values[j] * b + values[k] * c
  }
}
