extension Rasterizer {
  /// Sums the triangles' normals, weighted by area, at welded vertices and scales them to 1.
  func findNormals(_ head: Head) {
    let topology = head.topology
    let (triangles, weld) = (topology.triangles.pointer, topology.weld.pointer)
    let (positions, normals) = (positions.pointer, normals.pointer)
    normals.update(repeating: .zero, count: head.vertexCount)
    for place in 0..<topology.triangles.count {
      let corners = triangles[place]
      let (a, b, c) = (Int(corners.x), Int(corners.y), Int(corners.z))
      let origin = positions[a]
      let normal = (positions[b] - origin).cross(positions[c] - origin)
      normals[Int(weld[a])] += normal
      normals[Int(weld[b])] += normal
      normals[Int(weld[c])] += normal
    }
    for vertex in 0..<head.vertexCount where Int(weld[vertex]) == vertex {
      let normal = normals[vertex]
      let square = normal.dot(normal)
      if square > 0 { normals[vertex] = normal / square.squareRoot() }
    }
    for vertex in 0..<head.vertexCount { normals[vertex] = normals[Int(weld[vertex])] }
  }

  /// Writes where every vertex falls on the samples.
  func project(_ head: Head, _ view: View) {
    let (positions, screen) = (positions.pointer, screen.pointer)
    for vertex in 0..<head.vertexCount {
      let point = view.map(positions[vertex])
      let inverse = 1 / point.z
      screen[vertex] = Vector(
        point.x * inverse * view.focal + view.center, point.y * inverse * view.focal + view.center,
        inverse, point.z)
    }
  }

  /// Finds the nearest triangle at every sample.
  ///
  /// Inside a triangle 1/z is linear on the screen; its largest value wins.
  func findVisible(_ head: Head, samples: Int) {
    inverseDepth.pointer.update(repeating: 0, count: samples * samples)
    triangle.pointer.update(repeating: -1, count: samples * samples)
    let (triangles, screen) = (head.topology.triangles.pointer, screen.pointer)
    let (nearest, owner) = (inverseDepth.pointer, triangle.pointer)
    let last = Float(samples - 1)
    // Neighbors share an edge: the slack closes the gap that rounding may leave between them.
    let slack: Float = -1e-4
    for place in 0..<head.topology.triangles.count {
      let corners = triangles[place]
      let a = screen[Int(corners.x)]
      let b = screen[Int(corners.y)]
      let c = screen[Int(corners.z)]
      let low = pointwiseMin(pointwiseMin(a, b), c)
      let high = pointwiseMax(pointwiseMax(a, b), c)
      let left = max((low.x - 0.5).rounded(.up), 0)
      let right = min((high.x - 0.5).rounded(.down), last)
      let top = max((low.y - 0.5).rounded(.up), 0)
      let bottom = min((high.y - 0.5).rounded(.down), last)
      guard left <= right, top <= bottom, low.w > 0.01 else { continue }
      let ab = b - a
      let ac = c - a
      let area = ab.x * ac.y - ab.y * ac.x
      guard area != 0 else { continue }
      let scale = 1 / area
      // Weights of b and c are planes over the screen: value at the first sample and its slopes.
      let (bx, by) = (ac.y * scale, -ac.x * scale)
      let (cx, cy) = (-ab.y * scale, ab.x * scale)
      let startX = left + 0.5 - a.x
      var y = top + 0.5 - a.y
      let (first, final) = (Int(left), Int(right))
      for row in Int(top)...Int(bottom) {
        var wb = startX * bx + y * by
        var wc = startX * cx + y * cy
        y += 1
        let base = row * samples
        for column in first...final {
          if wb >= slack, wc >= slack, wb + wc <= 1 - slack {
            let value = a.z + wb * ab.z + wc * ac.z
            if value > nearest[base + column] {
              nearest[base + column] = value
              owner[base + column] = Int32(truncatingIfNeeded: place)
            }
          }
          wb += bx
          wc += cx
        }
      }
    }
  }
}
