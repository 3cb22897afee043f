import Faces
import Foundation
import Heads
import Tensors

/// How much more, or less, a person must be moved to open the mouth as far as the motion says.
///
/// Tuning draws what the frames show wherever it was seen: a moustache stays where the mouth should open, lips that part a
/// little are drawn as closed, others tear open. The face of the first frame is drawn in motions of the video that differ
/// most, and measured; then with more of what opens the mouth where it opens too little, with less where it opens too far.
/// Heads open their mouths in proportion to what moves them (`MotionRegression.Model.openings`), from lips that touch, and so far the
/// drawn mouth is to open. Other motions take the gains of those that are like them. Lids are left alone: landmarks tell too little of
/// them in drawn eyes.
package struct MotionResponse {
  /// Changes of a code from rest that were measured.
  package let motions: [[Float]]
  /// For each of them, what the units that open the mouth are to be multiplied with, 0.5...2.
  package let gains: [Float]
  /// How far an entry of 1 opens the mouth, over the distance between the outer corners of the eyes.
  private let openings: [Float]

  /// The units that open the mouth.
  package static let openers: [MotionUnit] = [
    .jawOpen, .lipsRound, .lipsStretch, .upperLipUp, .lowerLipDown,
  ]
  /// How many motions are measured.
  private static let count = 16
  /// Motions that open the mouth less need no measure.
  private static let least: Float = 0.01
  /// How far apart lips that touch are seen at most.
  private static let closed = 0.03
  /// By how much more a mouth must open for a gain that does not reach what is wanted.
  private static let gained = 0.01
  /// By how much motions that are alike differ in what opens the mouth.
  private static let reach: Float = 0.02
  /// What is multiplied more comes apart, a moustache into spots; what is multiplied less hardly speaks.
  private static let (fewer, more): ([Float], [Float]) = ([0.5], [1.5, 2])

  /// The response of the person of the first frame to a video's changes from rest.
  init(of latents: LatentTrack, rest: [Float], to changes: [[Float]]) throws {
    var observer = try FaceObserver()
    try self.init(openings: try MotionRegression().model.openings, to: changes) { moved in
      let codes = moved.map { zip(rest, $0).map { $0 + $1 } }
      let drawn = try latents.posed(
        MotionRange.kept(codes, rest: rest), seenFrom: latents.cameras[0])
      return try drawn.drawn(Array(codes.indices)).map {
        try observer.observation(of: $0)?.mouthOpening
      }
    }
  }

  /// - Parameters:
  ///   - units: how far each unit opens a mouth
  ///   - changes: changes of a code from rest
  ///   - seen: how far apart lips are when a code is changed so; nil where no face is found
  package init(
    openings units: [Float], to changes: [[Float]], seen: ([[Float]]) throws -> [Double?]
  ) rethrows {
    let openings = units.map { $0 / MotionUnit.inCode }
    self.openings = openings
    let picked = Self.spread(
      changes.filter { Self.opening($0, openings) > Self.least }, openings)
    motions = picked
    guard let first = picked.first else {
      gains = []
      return
    }
    let plain = try seen([first.map { _ in 0 }] + picked)
    guard let rest = plain[0] else {
      gains = picked.map { _ in 1 }
      return
    }
    let wanted = picked.map {
      max(rest, min(rest, Self.closed) + Double(Self.opening($0, openings)))
    }
    let tries = picked.indices.map { index in
      plain[index + 1].map { $0 > wanted[index] ? Self.fewer : Self.more } ?? []
    }
    var others = try seen(
      zip(picked, tries).flatMap { motion, factors in
        factors.map { Self.multiplied(motion, by: $0) }
      })[...]
    gains = picked.indices.map { index in
      guard let opening = plain[index + 1] else { return 1 }
      let found = others.prefix(tries[index].count)
      others = others.dropFirst(found.count)
      var points = [(factor: Float(1), opening: opening)]
      for case (let factor, let opening?) in zip(tries[index], found) {
        points.append((factor, opening))
      }
      return Self.gain(points, rest: rest, wanted: wanted[index])
    }
  }

  /// The factor with which the mouth opens as far as wanted, of measured ones, the first of which is 1.
  private static func gain(
    _ points: [(factor: Float, opening: Double)], rest: Double, wanted: Double
  ) -> Float {
    let plain = points[0]
    if plain.opening > wanted {
      let low = points.count > 1 ? points[1] : (factor: 0, opening: rest)
      guard low.opening < wanted else { return fewer[0] }
      return max(between(low, plain, wanted), fewer[0])
    }
    for (low, high) in zip(points, points.dropFirst())
    where low.opening <= wanted && wanted <= high.opening {
      return between(low, high, wanted)
    }
    // Landmarks may lose a mouth that opens wide: more is only taken where more is seen.
    let most = points.reduce(plain) { $1.opening > $0.opening ? $1 : $0 }
    return most.opening > plain.opening + gained ? most.factor : 1
  }

  private static func between(
    _ low: (factor: Float, opening: Double), _ high: (factor: Float, opening: Double),
    _ wanted: Double
  ) -> Float {
    let part = (wanted - low.opening) / max(high.opening - low.opening, .leastNormalMagnitude)
    return low.factor + (high.factor - low.factor) * Float(part)
  }

  /// The change of a code from rest, in which the mouth opens as far as the change says.
  package func amplified(_ change: [Float]) -> [Float] {
    guard !motions.isEmpty else { return change }
    let distances = motions.map { Self.distance($0, change, openings) }
    let nearest = distances.min() ?? 0
    let weights = distances.map { exp((nearest - $0) / (2 * Self.reach * Self.reach)) }
    let gain = zip(weights, gains).reduce(0) { $0 + $1.0 * $1.1 } / weights.reduce(0, +)
    return Self.multiplied(change, by: gain)
  }

  private static func multiplied(_ change: [Float], by gain: Float) -> [Float] {
    var result = change
    for unit in openers where change[unit.rawValue] > 0 { result[unit.rawValue] *= gain }
    return result
  }

  private static func opening(_ change: [Float], _ openings: [Float]) -> Float {
    zip(openings, change).reduce(0) { $0 + $1.0 * $1.1 }
  }

  /// The square of the distance of two changes, in what each unit opens the mouth by.
  private static func distance(_ a: [Float], _ b: [Float], _ openings: [Float]) -> Float {
    openings.indices.reduce(0) { sum, entry in
      let difference = openings[entry] * (a[entry] - b[entry])
      return sum + difference * difference
    }
  }

  /// Some of the changes, each the farthest from those before; the first opens the mouth most.
  private static func spread(_ changes: [[Float]], _ openings: [Float]) -> [[Float]] {
    var result: [[Float]] = []
    var next = changes.max { opening($0, openings) < opening($1, openings) }
    var nearest = changes.map { _ in Float.infinity }
    while let change = next, result.count < count {
      result.append(change)
      for (index, other) in changes.enumerated() {
        nearest[index] = min(nearest[index], distance(change, other, openings))
      }
      let farthest = nearest.indices.max { nearest[$0] < nearest[$1] }
      next = farthest.flatMap { nearest[$0] > 0 ? changes[$0] : nil }
    }
    return result
  }
}
