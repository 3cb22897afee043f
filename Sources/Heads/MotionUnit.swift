/// One nameable movement of the face, the coordinates of every expression.
///
/// The order is fixed: `rawValue` is the place of the unit in a motion vector. Left and right are
/// the head's own sides. Bipolar units range over -1...1, all others over 0...1.
public enum MotionUnit: Int, CaseIterable, Codable, Sendable {
  /// The jaw drops; about 20 mm at 1.
  case jawOpen
  /// Bipolar: the jaw slides to the left at 1, to the right at -1.
  case jawSide
  /// The mouth opens round, as in "aw".
  case lipsRound
  /// The lips are drawn together and forward, as in "you".
  case lipsPucker
  /// The lips part wide over closed teeth, as in "ee".
  case lipsStretch
  /// The lips are pressed on each other, as in "m".
  case lipsPress
  /// The lower lip goes under the upper teeth, as in "f".
  case lipTuck
  /// The upper lip is raised.
  case upperLipUp
  /// The lower lip is lowered.
  case lowerLipDown
  /// Both corners of the mouth are drawn up and out.
  case smile
  /// Bipolar: the left corner smiles at 1, the right one at -1.
  case smileSide
  /// Both corners of the mouth are drawn down.
  case cornersDown
  /// The upper lip and the wings of the nose are raised.
  case sneer
  /// Both cheeks are blown up.
  case cheekPuff
  /// The chin is pushed up.
  case chinRaise
  /// The left eye is shut.
  case blinkLeft
  /// The right eye is shut.
  case blinkRight
  /// Both upper lids are raised.
  case eyesWide
  /// Lids and cheeks tighten around both eyes.
  case squint
  /// The inner ends of the brows go up.
  case browInnerUp
  /// The outer ends of the brows go up.
  case browOuterUp
  /// The brows go down and together.
  case browDown
  /// Bipolar: both eyes turn 25 degrees to the head's left at 1, to its right at -1.
  case gazeSide
  /// Bipolar: both eyes turn 15 degrees up at 1, down at -1; the lids follow.
  case gazeUp

  /// The values that the unit may take.
  public var range: ClosedRange<Float> {
    switch self {
    case .jawSide, .smileSide, .gazeSide, .gazeUp: -1...1
    default: 0...1
    }
  }
}

extension MotionUnit {
  /// The motion of a face's mirror image.
  /// - Parameter values: of all units, or of these times one factor; more numbers are kept
  public static func mirrored(_ values: [Float]) -> [Float] {
    guard values.count >= allCases.count else { return values }
    var result = values
    for unit in [jawSide, smileSide, gazeSide] { result[unit.rawValue].negate() }
    result.swapAt(blinkLeft.rawValue, blinkRight.rawValue)
    return result
  }
}
