/// Groups of similar vectors.
/// - Source: Lloyd 1982 (k-means), begun at vectors far from each other
struct StyleGroups {
  private let vectors: [[Float]]

  /// - Parameter vectors: at least one, all of one length
  init(_ vectors: [[Float]]) { self.vectors = vectors }

  /// The means of `count` groups, each of at least `least` vectors: small groups are joined by their neighbors.
  func middles(_ count: Int, least: Int, rounds: Int = 20) -> [[Float]] {
    var middles = [mean(vectors)]
    while middles.count < count {
      let next = vectors.max { gap($0, to: middles) < gap($1, to: middles) }
      guard let next, gap(next, to: middles) > 0 else { break }
      middles.append(next)
    }
    for _ in 0..<rounds {
      var groups = Array(repeating: [[Float]](), count: middles.count)
      for vector in vectors { groups[nearest(vector, of: middles)].append(vector) }
      for index in groups.indices where !groups[index].isEmpty {
        middles[index] = mean(groups[index])
      }
    }
    // Where a group is smaller, its middle is the mean of the vectors nearest to it.
    return (0..<count).map { index in
      let middle = middles[min(index, middles.count - 1)]
      let near = vectors.sorted { square($0, middle) < square($1, middle) }
      let own = vectors.count { nearest($0, of: middles) == index }
      return mean(Array(near.prefix(max(own, least))))
    }
  }

  private func mean(_ some: [[Float]]) -> [Float] {
    guard let width = some.first?.count else { return [] }
    return (0..<width).map { entry in
      some.reduce(0) { $0 + $1[entry] } / Float(some.count)
    }
  }

  private func square(_ a: [Float], _ b: [Float]) -> Float {
    zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
  }

  private func gap(_ vector: [Float], to middles: [[Float]]) -> Float {
    middles.map { square(vector, $0) }.min() ?? .infinity
  }

  private func nearest(_ vector: [Float], of middles: [[Float]]) -> Int {
    middles.indices.min { square(vector, middles[$0]) < square(vector, middles[$1]) } ?? 0
  }
}
