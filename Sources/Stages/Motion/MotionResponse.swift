import Heads
import Tensors

/// How much more a person must be moved to open the mouth as far as the motion says.
///
/// Tuning draws what the frames show wherever it was seen: a moustache stays where the mouth should open, and lips that part a
/// little are drawn as closed. The face of the first frame is drawn with the jaw dropped by and by, by the tuned generator,
/// and fully, by the untuned one, and measured. A mouth opens in proportion to the drop of its jaw; where the drawn
/// one opens less, the motion is what opens it so far. Lids are left alone: landmarks tell too little of them in drawn eyes.
package struct MotionResponse {
  /// What the units that open the mouth are to be multiplied with, 1...2, for motions of ``drops``.
  package let gains: [Float]

  /// The units that open the mouth.
  private static let openers: [MotionUnit] = [
    .jawOpen, .lipsRound, .lipsStretch, .upperLipUp, .lowerLipDown,
  ]
  /// The entries of a code whose openings are measured.
  package static let drops: [Float] = [0.5, 1, 1.5, 2, 2.5]
  /// What is multiplied more comes apart: a moustache into spots.
  private static let most: Float = 2
  /// An opening that is none, in the units of ``FaceObservation``.
  private static let noise = 0.05

  /// - Parameter rest: the motion code of the face at rest
  init(of latents: LatentTrack, rest: [Float]) throws {
    var untuned = latents
    untuned.tunedWeights = nil
    let full = Self.fullDrop(from: rest)
    self.init(
      before: try Self.openings(of: untuned, rest, [full])[0],
      after: try Self.openings(of: latents, rest, Self.drops), full: full)
  }

  /// The largest drop of the jaw that models were trained on.
  private static func fullDrop(from rest: [Float]) -> Float {
    let jaw = MotionUnit.jawOpen
    return max(jaw.range.upperBound * MotionUnit.inCode - rest[jaw.rawValue], drops[0])
  }

  /// - Parameters:
  ///   - before: how far a fully dropped jaw opened the mouth before tuning; nil where no face was found
  ///   - after: how far ``drops`` open it after tuning
  ///   - full: the drop that is a full one
  package init(before: Double?, after: [Double?], full: Float = MotionUnit.inCode) {
    let known = after.compactMap(\.self)
    guard let before, before > Self.noise, known.count == Self.drops.count else {
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
      let wanted = before * Double(min(drop, full) / full)
      guard let end = openings.firstIndex(where: { $0 >= wanted }) else { return Self.most }
      let (low, high) = (openings[end - 1], openings[end])
      let part = Float((wanted - low) / max(high - low, .leastNormalMagnitude))
      let needed = drops[end - 1] + (drops[end] - drops[end - 1]) * part
      return min(max(needed / drop, 1), Self.most)
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
    let motion = Self.openers.reduce(0) { $0 + max(change[$1.rawValue], 0) }
    let gain = gain(motion)
    var result = change
    for unit in Self.openers {
      result[unit.rawValue] *= change[unit.rawValue] > 0 ? gain : 1
    }
    return result
  }
}
