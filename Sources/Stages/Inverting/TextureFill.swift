import Foundation
import Heads
package import Tensors

/// Continues over the holes of a picture the texture of what is known of it, by patches that resemble what they lie on.
///
/// - Source: Wexler, Shechtman and Irani, "Space-Time Completion of Video", 2007, section 3; alike patches are found
///   as in Barnes et al., "PatchMatch", 2009, section 3
package struct TextureFill {
  /// Patches reach so many pixels beyond their middle.
  private static let reach = 3
  /// Sides of the coarsest picture at least; each is half as large as the next.
  private static let smallest = 64

  private let side: Int
  private var colors: [SIMD3<Float>]
  /// Whether the patch around a pixel is wholly known.
  private let isSource: [Bool]
  private let sources: [Int]
  private let holes: [Int]
  /// The pixels whose patches see a hole, row by row.
  private let targets: [Int]
  /// The middle of the patch that is put on a target; -1 at other pixels.
  private var nearest: [Int]
  /// How far that patch is from what it is put on: the sum of squares.
  private var gaps: [Float]
  private var random = SplitMix64(seed: 1)

  /// The texture of a picture, with holes filled.
  ///
  /// - Parameters:
  ///   - texture: `[1, 3, side, side]`, about 0: what is finer than the picture's smooth colors
  ///   - known: `[1, 1, side, side]`, 1 where the texture is known and 0 in holes
  /// - Returns: `[1, 3, side, side]`, equal to `texture` where it is known; 0 in holes where too little is known to
  ///   go on with
  package static func filled(_ texture: Tensor, known: Tensor) throws -> Tensor {
    var levels = [(texture: try texture * known, known: known)]
    while let last = levels.last, last.known.shape[2] / 2 >= smallest {
      let (sum, share) = (
        try last.texture.averagePooled(2, stride: 2), try last.known.averagePooled(2, stride: 2)
      )
      levels.append((texture: sum, known: share))
    }
    var coarser: TextureFill?
    for level in levels.reversed() {
      var fill = try TextureFill(level.texture / (level.known + 1e-6), known: level.known)
      guard !fill.sources.isEmpty else { continue }
      fill.begin(with: coarser)
      for _ in 0..<2 {
        fill.search(rounds: 3)
        fill.vote()
      }
      coarser = fill
    }
    guard let finest = coarser, finest.side == texture.shape[2] else {
      return levels[0].texture
    }
    return try finest.picture * (1 - known) + levels[0].texture
  }

  private init(_ texture: Tensor, known: Tensor) throws {
    let side = texture.shape[2]
    let isKnown = try known.floats().map { $0 > 0.99 }
    let holes = try Tensor(isKnown.map { $0 ? 0 : 1 }, known.shape)
    let seen = try holes.maxPooled(2 * Self.reach + 1, stride: 1, padding: Self.reach).floats()
    let inner = Self.reach..<max(side - Self.reach, Self.reach)
    self.side = side
    self.holes = isKnown.indices.filter { !isKnown[$0] }
    targets = seen.indices.filter { seen[$0] > 0 }
    isSource = seen.indices.map {
      seen[$0] == 0 && inner.contains($0 % side) && inner.contains($0 / side)
    }
    sources = seen.indices.filter { [isSource] in isSource[$0] }
    nearest = Array(repeating: -1, count: side * side)
    gaps = Array(repeating: 0, count: side * side)
    let values = try texture.floats()
    let plane = side * side
    colors = (0..<plane).map { SIMD3(values[$0], values[$0 + plane], values[$0 + 2 * plane]) }
  }

  /// `[1, 3, side, side]`.
  private var picture: Tensor {
    get throws {
      try Tensor((0..<3).flatMap { channel in colors.map { $0[channel] } }, [1, 3, side, side])
    }
  }

  /// Puts on each target the patch of the coarser picture, or any where there is none.
  private mutating func begin(with coarser: TextureFill?) {
    for target in targets {
      nearest[target] = sources.randomElement(using: &random) ?? 0
      guard let coarser else { continue }
      let (x, y) = (target % side, target / side)
      let (halfX, halfY) = (min(x / 2, coarser.side - 1), min(y / 2, coarser.side - 1))
      let known = coarser.nearest[halfY * coarser.side + halfX]
      guard known >= 0 else { continue }
      let (sourceX, sourceY) = (known % coarser.side * 2 + x % 2, known / coarser.side * 2 + y % 2)
      let source = sourceY * side + sourceX
      if sourceX < side, sourceY < side, isSource[source] { nearest[target] = source }
    }
    for hole in holes { colors[hole] = colors[nearest[hole]] }
  }

  /// Finds patches that are nearer: those beside the neighbors', and random ones around.
  private mutating func search(rounds: Int) {
    for target in targets {
      gaps[target] = gap(target, nearest[target], below: .infinity)
    }
    for round in 0..<rounds {
      let step = round.isMultiple(of: 2) ? -1 : 1
      for place in targets.indices {
        let target = targets[step < 0 ? place : targets.count - 1 - place]
        if (0..<side).contains(target % side + step) { propose(target, from: target + step, step) }
        propose(target, from: target + step * side, step * side)
        var radius = side
        while radius >= 1 {
          let middle = nearest[target]
          let x = middle % side + Int.random(in: -radius...radius, using: &random)
          let y = middle / side + Int.random(in: -radius...radius, using: &random)
          if (0..<side).contains(x), (0..<side).contains(y) { take(y * side + x, for: target) }
          radius /= 2
        }
      }
    }
  }

  /// Proposes for a target the patch that lies beside the one of its neighbor.
  private mutating func propose(_ target: Int, from neighbor: Int, _ step: Int) {
    guard nearest.indices.contains(neighbor), nearest[neighbor] >= 0 else { return }
    take(nearest[neighbor] - step, for: target)
  }

  private mutating func take(_ source: Int, for target: Int) {
    guard isSource.indices.contains(source), isSource[source] else { return }
    let gap = gap(target, source, below: gaps[target])
    guard gap < gaps[target] else { return }
    gaps[target] = gap
    nearest[target] = source
  }

  /// The sum of squared differences of two patches, as far as the target's lies in the picture; any number that is not
  /// below `limit` where it is not.
  private func gap(_ target: Int, _ source: Int, below limit: Float) -> Float {
    let (x, y, reach) = (target % side, target / side, Self.reach)
    let columns = max(-reach, -x)...min(reach, side - 1 - x)
    var sum = Float(0)
    colors.withUnsafeBufferPointer { colors in
      for row in max(-reach, -y)...min(reach, side - 1 - y) where sum < limit {
        for column in columns {
          let offset = row * side + column
          let difference = colors[target + offset] - colors[source + offset]
          sum += (difference * difference).sum()
        }
      }
    }
    return sum
  }

  /// Gives holes the mean of what patches show there, those that fit counting most.
  ///
  /// Sources have no holes, so that none is read while it changes.
  private mutating func vote() {
    let scale = targets.reduce(0) { $0 + gaps[$1] } / Float(max(targets.count, 1)) * 0.1 + 1e-6
    // Never 0, so that patches that all fit badly have a mean too.
    let weights = gaps.map { exp(-$0 / scale) + 1e-20 }
    for hole in holes {
      let (x, y, reach) = (hole % side, hole / side, Self.reach)
      var (sum, total) = (SIMD3<Float>.zero, Float(0))
      for row in max(-reach, y - side + 1)...min(reach, y) {
        for column in max(-reach, x - side + 1)...min(reach, x) {
          let offset = row * side + column
          let patch = hole - offset
          guard nearest[patch] >= 0 else { continue }
          sum += colors[nearest[patch] + offset] * weights[patch]
          total += weights[patch]
        }
      }
      if total > 0 { colors[hole] = sum / total }
    }
  }
}
