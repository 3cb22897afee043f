import Faces
import Heads
import Tensors

/// How much more, or less, a person must be moved to open the mouth as far as the motion says.
///
/// Tuning draws what the frames show wherever it was seen: a moustache stays where the mouth should open, lips that part a
/// little are drawn as closed, and others tear open. The face of the first frame is drawn with the jaw dropped by and by, and
/// measured. Heads open their mouths in proportion to what moves them (`MotionRegression.Model.openings`); the motion that
/// opens the drawn one so far takes the place of the given one. Lids are left alone: landmarks tell too little of them in
/// drawn eyes.
package struct MotionResponse {
  /// What the units that open the mouth are to be multiplied with, 0.5...2, for motions of ``drops``.
  package let gains: [Float]
  /// How far each entry of a code opens the mouth, in drops of the jaw.
  private let weights: [Float]

  /// The units that open the mouth.
  private static let openers: [MotionUnit] = [
    .jawOpen, .lipsRound, .lipsStretch, .upperLipUp, .lowerLipDown,
  ]
  /// The entries of a code whose openings are measured.
  package static let drops: [Float] = [0.5, 1, 1.5, 2, 2.5]
  /// What is multiplied more comes apart, a moustache into spots; what is multiplied less hardly speaks.
  private static let limits: ClosedRange<Float> = 0.5...2

  /// - Parameter rest: the motion code of the face at rest
  init(of latents: LatentTrack, rest: [Float]) throws {
    self.init(
      openings: try MotionRegression().model.openings,
      drawn: try Self.openings(of: latents, rest, Self.drops), full: Self.fullDrop(from: rest))
  }

  /// The largest drop of the jaw that models were trained on.
  private static func fullDrop(from rest: [Float]) -> Float {
    let jaw = MotionUnit.jawOpen
    return max(jaw.range.upperBound * MotionUnit.inCode - rest[jaw.rawValue], drops[0])
  }

  /// - Parameters:
  ///   - openings: how far each unit opens a mouth
  ///   - drawn: how far ``drops`` open it; nil where no face was found
  ///   - full: the drop that is a full one
  package init(openings units: [Float], drawn: [Double?], full: Float = MotionUnit.inCode) {
    let jaw = units[MotionUnit.jawOpen.rawValue]
    weights = units.map { $0 / jaw }
    let known = drawn.compactMap(\.self)
    guard known.count == Self.drops.count else {
      gains = Self.drops.map { _ in 1 }
      return
    }
    // The openings of growing drops, from none; measured ones may waver.
    var (drops, openings): ([Float], [Double]) = ([0], [0])
    for (drop, opening) in zip(Self.drops, known) {
      drops.append(drop)
      openings.append(max(opening, openings[openings.count - 1]))
    }
    gains = Self.drops.map { drop in
      // What opens the mouth further than a full drop is other units, of which the same is wanted.
      let drop = min(drop, full)
      let wanted = Double(jaw * drop / MotionUnit.inCode)
      guard let end = openings.firstIndex(where: { $0 >= wanted }) else {
        return Self.limits.upperBound
      }
      let (low, high) = (openings[end - 1], openings[end])
      let part = Float((wanted - low) / max(high - low, .leastNormalMagnitude))
      let needed = drops[end - 1] + (drops[end] - drops[end - 1]) * part
      return min(max(needed / drop, Self.limits.lowerBound), Self.limits.upperBound)
    }
  }

  /// How far the mouth of the first frame opens when the jaw drops.
  private static func openings(
    of latents: LatentTrack, _ rest: [Float], _ drops: [Float]
  ) throws -> [Double?] {
    let moved = ([0] + drops).map { drop in
      var code = rest
      code[MotionUnit.jawOpen.rawValue] += drop
      return code
    }
    let drawn = try latents.posed(
      MotionRange.kept(moved, rest: rest), seenFrom: latents.cameras[0])
    var observer = try FaceObserver()
    let seen = try drawn.drawn(Array(moved.indices)).map {
      try observer.observation(of: $0)?.mouthOpening
    }
    return seen.dropFirst().map { opened in
      opened.flatMap { opened in seen[0].map { opened - $0 } }
    }
  }

  /// The gain of a motion, between those of the nearest drops.
  private func gain(_ motion: Float) -> Float {
    let drops = Self.drops
    guard let end = drops.firstIndex(where: { $0 >= motion }) else { return gains[gains.count - 1] }
    guard end > 0 else { return gains[0] }
    let part = (motion - drops[end - 1]) / (drops[end] - drops[end - 1])
    return gains[end - 1] + (gains[end] - gains[end - 1]) * part
  }

  /// The change of a code from rest, in which the mouth opens as far as the change says.
  package func amplified(_ change: [Float]) -> [Float] {
    let gain = gain(zip(weights, change).reduce(0) { $0 + $1.0 * $1.1 })
    var result = change
    for unit in Self.openers {
      result[unit.rawValue] *= change[unit.rawValue] > 0 ? gain : 1
    }
    return result
  }
}
