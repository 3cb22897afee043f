import Heads
import Tensors

/// How much less a generator opens the mouth since it was tuned to a person.
///
/// Tuning draws what the frames show wherever it was seen: a moustache stays where the mouth should open. The face of the
/// first frame is drawn with the jaw dropped and at rest, by the tuned generator and by the untuned one, and measured. Lids
/// are left alone: landmarks tell too little of them in drawn eyes.
package struct MotionResponse {
  /// What the units that open the mouth are to be multiplied with to open it as before, 1...2.
  package let gain: Float

  /// The units that open the mouth.
  private static let openers: [MotionUnit] = [
    .jawOpen, .lipsRound, .lipsStretch, .upperLipUp, .lowerLipDown,
  ]
  /// The entry of a code that moves a unit fully.
  private static let whole: Float = 2
  /// No change is made larger than this: beyond, a model was hardly trained.
  private static let limit = 1.5 * whole
  /// What is multiplied more comes apart: a moustache into spots.
  private static let most = 2.0
  /// An opening that is none, in the units of ``FaceObservation``.
  private static let noise = 0.05

  /// - Parameter rest: the motion code of the face at rest
  init(of latents: LatentTrack, rest: [Float]) throws {
    var untuned = latents
    untuned.tunedWeights = nil
    self.init(
      before: try Self.opening(of: untuned, rest), after: try Self.opening(of: latents, rest))
  }

  /// - Parameters:
  ///   - before: how far a dropped jaw opened the mouth before tuning; nil where no face was found
  ///   - after: the same after it
  package init(before: Double?, after: Double?) {
    if let before, let after, before > Self.noise {
      gain = Float(min(max(before / max(after, before / Self.most), 1), Self.most))
    } else {
      gain = 1
    }
  }

  /// How far the mouth of the first frame opens when the jaw drops.
  private static func opening(of latents: LatentTrack, _ rest: [Float]) throws -> Double? {
    var moved = rest
    moved[MotionUnit.jawOpen.rawValue] += whole
    let drawn = try latents.posed([rest, moved], seenFrom: latents.cameras[0])
    var observer = try FaceObserver()
    let seen = try drawn.drawn([0, 1]).map { try observer.observation(of: $0)?.mouthOpening }
    return seen[0].flatMap { rest in seen[1].map { $0 - rest } }
  }

  /// The change of a code from rest, in which the mouth opens as far as it did before tuning.
  package func amplified(_ change: [Float]) -> [Float] {
    var result = change
    for unit in Self.openers {
      let own = change[unit.rawValue]
      if own > 0 { result[unit.rawValue] = min(own * gain, max(Self.limit, own)) }
    }
    return result
  }
}
