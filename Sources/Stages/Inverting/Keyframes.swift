import PV3D

/// Picks few frames that differ as much as the whole video does.
enum Keyframes {
  /// The frame nearest to frontal and at rest, then each time the frame farthest from all picked.
  ///
  /// Distance counts 8 degrees of yaw or pitch like a motion unit of 1.
  /// - Returns: rising indices; fewer than `count` where frames are alike
  static func picked(_ count: Int, cameras: [Camera], motion: [[Float]]) -> [Int] {
    let places = zip(cameras, motion).map { camera, motion in
      [camera.yaw * 7.2, camera.pitch * 7.2] + motion.map { $0 / 2 }
    }
    guard places.count > count else { return Array(places.indices) }
    func square(_ a: [Float], _ b: [Float]) -> Float {
      zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    }
    let origin = [Float](repeating: 0, count: places[0].count)
    let first = places.indices.min { square(places[$0], origin) < square(places[$1], origin) } ?? 0
    var picked = [first]
    var nearest = places.map { square($0, places[first]) }
    while picked.count < count {
      let next = nearest.indices.max { nearest[$0] < nearest[$1] } ?? 0
      // All others are like one that is picked.
      guard nearest[next] > 0 else { break }
      picked.append(next)
      for index in places.indices {
        nearest[index] = min(nearest[index], square(places[index], places[next]))
      }
    }
    return picked.sorted()
  }
}
