/// A surface of triangles that share their vertices.
public struct TriangleMesh: Sendable, Equatable {
  public var positions: [SIMD3<Float>]
  /// Three vertices each, counter-clockwise seen from outside.
  public var triangles: [SIMD3<UInt32>]
  /// Red, green and blue of every vertex in 0...1, coded as in pictures (sRGB); none where colors
  /// are not known.
  public var colors: [SIMD3<Float>]

  public init(
    positions: [SIMD3<Float>], triangles: [SIMD3<UInt32>], colors: [SIMD3<Float>] = []
  ) {
    precondition(
      colors.isEmpty || colors.count == positions.count,
      "\(positions.count) vertices must have as many colors, not \(colors.count)")
    self.positions = positions
    self.triangles = triangles
    self.colors = colors
  }

  /// The corners of a triangle.
  func corners(_ triangle: SIMD3<UInt32>) -> (SIMD3<Float>, SIMD3<Float>, SIMD3<Float>) {
    (positions[Int(triangle.x)], positions[Int(triangle.y)], positions[Int(triangle.z)])
  }

  /// Twice the area of a triangle along its outward normal.
  private func cross(_ triangle: SIMD3<UInt32>) -> SIMD3<Float> {
    let (a, b, c) = corners(triangle)
    let (p, q) = (b - a, c - a)
    return SIMD3(p.y * q.z - p.z * q.y, p.z * q.x - p.x * q.z, p.x * q.y - p.y * q.x)
  }

  private func area(_ triangle: SIMD3<UInt32>) -> Double {
    let cross = cross(triangle)
    return Double((cross * cross).sum().squareRoot()) / 2
  }

  public var area: Double { triangles.reduce(0) { $0 + area($1) } }

  /// The enclosed volume, positive where triangles are counter-clockwise seen from outside.
  public var volume: Double {
    triangles.reduce(0) { sum, triangle in
      sum + Double((corners(triangle).0 * cross(triangle)).sum()) / 6
    }
  }

  /// Outward normals of length 1, one of each vertex: the mean of its triangles, weighted by area.
  public var normals: [SIMD3<Float>] {
    var sums = [SIMD3<Float>](repeating: .zero, count: positions.count)
    for triangle in triangles {
      let cross = cross(triangle)
      for corner in 0..<3 { sums[Int(triangle[corner])] += cross }
    }
    return sums.map { sum in
      let length = (sum * sum).sum().squareRoot()
      return length > 0 ? sum / length : SIMD3(0, 0, 1)
    }
  }

  /// The least and the greatest coordinates; zeros where there are no vertices.
  public var bounds: (low: SIMD3<Float>, high: SIMD3<Float>) {
    guard let first = positions.first else { return (.zero, .zero) }
    return positions.reduce((first, first)) {
      (pointwiseMin($0.0, $1), pointwiseMax($0.1, $1))
    }
  }

  /// The connected part of the surface that has the largest area.
  public var largestPart: TriangleMesh {
    var parents = positions.indices.map { UInt32($0) }
    func root(_ vertex: UInt32) -> UInt32 {
      var vertex = vertex
      while parents[Int(vertex)] != vertex {
        parents[Int(vertex)] = parents[Int(parents[Int(vertex)])]
        vertex = parents[Int(vertex)]
      }
      return vertex
    }
    for triangle in triangles {
      let first = root(triangle.x)
      parents[Int(root(triangle.y))] = first
      parents[Int(root(triangle.z))] = first
    }
    var areas = [Double](repeating: 0, count: positions.count)
    for triangle in triangles { areas[Int(root(triangle.x))] += area(triangle) }
    guard let largest = areas.indices.max(by: { areas[$0] < areas[$1] }) else { return self }
    let kept = positions.indices.filter { root(UInt32($0)) == UInt32(largest) }
    var places = [UInt32](repeating: 0, count: positions.count)
    for (place, vertex) in kept.enumerated() { places[vertex] = UInt32(place) }
    return TriangleMesh(
      positions: kept.map { positions[$0] },
      triangles: triangles.filter { root($0.x) == UInt32(largest) }.map {
        SIMD3(places[Int($0.x)], places[Int($0.y)], places[Int($0.z)])
      },
      colors: colors.isEmpty ? [] : kept.map { colors[$0] })
  }
}
