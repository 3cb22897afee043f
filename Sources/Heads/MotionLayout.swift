/// Which entries of the displacements belong to which motion channel and vertex.
final class MotionLayout: Sendable {
  let ranges: [Range<Int>]
  let indices: Block<Int32>

  init(ranges: [Range<Int>], indices: Block<Int32>) {
    self.ranges = ranges
    self.indices = indices
  }
}

extension MotionLayout {
  /// The vertices that any of the identities moves in each channel.
  convenience init(_ identities: [HeadIdentity], vertices: Int) {
    var ranges: [Range<Int>] = []
    var indices: [Int32] = []
    for channel in MotionChannel.allCases {
      var moved = [Bool](repeating: false, count: vertices)
      for identity in identities {
        for shape in channel.shapes {
          for vertex in identity.shapes[shape.name]?.vertices ?? [] { moved[vertex] = true }
        }
      }
      let start = indices.count
      for vertex in 0..<vertices where moved[vertex] { indices.append(Int32(vertex)) }
      ranges.append(start..<indices.count)
    }
    self.init(ranges: ranges, indices: Block(indices, default: 0))
  }

  /// The displacements of one identity in meters, in the order of the layout.
  func deltas(of identity: HeadIdentity) -> Block<Vector> {
    let result = Block(count: indices.count, repeating: Vector.zero)
    var places = [Int](
      repeating: 0,
      count: (0..<indices.count).reduce(0) {
        max($0, Int(indices.pointer[$1]) + 1)
      })
    for channel in MotionChannel.allCases {
      for entry in ranges[channel.rawValue] { places[Int(indices.pointer[entry])] = entry }
      for (name, weight) in channel.shapes {
        guard let shape = identity.shapes[name] else { continue }
        for (entry, vertex) in shape.vertices.enumerated() {
          result.pointer[places[vertex]] +=
            weight
            * Vector(
              shape.deltas[3 * entry], shape.deltas[3 * entry + 1],
              shape.deltas[3 * entry + 2], 0)
        }
      }
    }
    return result
  }
}
