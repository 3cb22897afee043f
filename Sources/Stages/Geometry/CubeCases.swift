/// The triangles of a cube for each of the 256 ways in which its corners lie inside or outside.
///
/// Corner c has x, y, z in bits 0, 1, 2. Edge `4 · axis + u + 2 · v` runs along an axis; u and v
/// are its coordinates on the other two, in order. On a face whose inside corners lie across, they
/// are kept apart; that depends on the face alone, so that neighbors agree and the surface is
/// closed. No two triangles of a cube meet in a line on a face, so that every line belongs to two
/// triangles.
/// - Source: Lorensen and Cline 1987; the cases are derived, not listed
enum CubeCases {
  /// For each case the edges of its triangles, three each, counter-clockwise seen from outside.
  static let triangles: [[Int]] = (0..<256).map { pattern in
    loops(pattern).flatMap { triangulated($0[...]) ?? [] }
  }

  /// The edge between two corners that differ in one bit.
  static func edge(_ first: Int, _ second: Int) -> Int {
    let axis = (first ^ second).trailingZeroBitCount
    let (u, v) = axis == 0 ? (1, 2) : axis == 1 ? (0, 2) : (0, 1)
    let low = first & second
    return 4 * axis + (low >> u & 1) + 2 * (low >> v & 1)
  }

  /// The corners of each face, counter-clockwise seen from outside the cube.
  static let faces: [[Int]] = (0..<3).flatMap { axis in
    let (u, v) = (1 << ((axis + 1) % 3), 1 << ((axis + 2) % 3))
    let round = [0, u, u | v, v]
    return [Array(round.reversed()), round.map { $0 | 1 << axis }]
  }

  /// The faces of each edge, as bits.
  private static let facesOfEdge: [Int] = {
    var bits = [Int](repeating: 0, count: 12)
    for (index, face) in faces.enumerated() {
      for (corner, next) in zip(face, face[1...] + face[..<1]) {
        bits[edge(corner, next)] |= 1 << index
      }
    }
    return bits
  }()

  /// The closed lines in which the surface meets the faces, as the edges that they cross.
  private static func loops(_ pattern: Int) -> [[Int]] {
    func inside(_ corner: Int) -> Bool { pattern >> corner & 1 == 1 }
    var next: [Int: Int] = [:]
    for face in faces {
      for last in 0..<4 where inside(face[last]) && !inside(face[(last + 1) % 4]) {
        // Each run of inside corners is cut off by one line.
        var before = (last + 3) % 4
        while inside(face[before]) { before = (before + 3) % 4 }
        next[edge(face[before], face[(before + 1) % 4])] = edge(face[last], face[(last + 1) % 4])
      }
    }
    var loops: [[Int]] = []
    while var place = next.keys.min() {
      var loop: [Int] = []
      while let following = next.removeValue(forKey: place) {
        loop.append(place)
        place = following
      }
      loops.append(loop)
    }
    return loops
  }

  /// The triangles of a polygon, none of whose diagonals lies on a face; nil where there are none.
  private static func triangulated(_ loop: ArraySlice<Int>) -> [Int]? {
    guard loop.count > 2, let first = loop.first, let last = loop.last else { return [] }
    func crosses(_ a: Int, _ b: Int) -> Bool { facesOfEdge[a] & facesOfEdge[b] == 0 }
    for middle in loop.indices.dropFirst().dropLast() {
      let apex = loop[middle]
      let isFirst = middle == loop.startIndex + 1
      let isLast = middle == loop.endIndex - 2
      guard isFirst || crosses(first, apex), isLast || crosses(apex, last) else { continue }
      guard let before = triangulated(loop[...middle]), let after = triangulated(loop[middle...])
      else { continue }
      return before + [first, apex, last] + after
    }
    return nil
  }
}
