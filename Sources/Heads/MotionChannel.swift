/// A fixed sum of blendshapes that moves as one; what motion units are made of.
enum MotionChannel: Int, CaseIterable {
  case jawOpen, jawLeft, jawRight, lipsRound, lipsPucker, lipsStretch, lipsPress, lipTuck
  case upperLipUp, lowerLipDown, smileLeft, smileRight, cornersDown, sneer, cheekPuff, chinRaise
  case blinkLeft, blinkRight, eyesWide, squint, browInnerUp, browOuterUp, browDown

  /// Blendshapes by their names in `blendshapes.json`, and how much of each at 1.
  var shapes: [(name: String, weight: Float)] {
    switch self {
    case .jawOpen: [("MouthOpen", 1)]
    case .jawLeft: [("Ljaw", 1.8)]
    case .jawRight: [("Rjaw", 1.8)]
    case .lipsRound: [("SH_CH", 1), ("UH_OO", 0.7)]
    case .lipsPucker: [("UW_U", 1)]
    case .lipsStretch: [("S", 1), ("LlipCorner", 0.6), ("RlipCorner", 0.6)]
    case .lipsPress: [("MPB_Up", 1), ("MPB_Down", 1)]
    case .lipTuck: [("FV", 1.3)]
    case .upperLipUp: [("LlipUp", 1), ("RlipUp", 1)]
    case .lowerLipDown: [("LlipDown", 1), ("RlipDown", 1)]
    case .smileLeft: [("LsmileClose", 0.7), ("LsmileOpen", 0.7)]
    case .smileRight: [("RsmileClose", 0.7), ("RsmileOpen", 0.7)]
    case .cornersDown: [("LmouthSad", 1), ("RmouthSad", 1)]
    case .sneer: [("Ldisgust", 1), ("Rdisgust", 1)]
    case .cheekPuff: [("Lblow", 1), ("Rblow", 1)]
    case .chinRaise: [("Chin", 1.8)]
    case .blinkLeft: [("LeyeClose", 1)]
    case .blinkRight: [("ReyeClose", 1)]
    case .eyesWide: [("LeyeOpen", 1), ("ReyeOpen", 1)]
    case .squint: [("Lsquint", 0.55), ("Rsquint", 0.55)]
    case .browInnerUp: [("LbrowUp", 1.3), ("RbrowUp", 1.3)]
    case .browOuterUp: [("LLbrowUp", 1.3), ("RRbrowUp", 1.3)]
    case .browDown: [("LbrowDown", 1), ("RbrowDown", 1), ("LLbrowDown", 1), ("RRbrowDown", 1)]
    }
  }
}

extension FacialExpression {
  /// How much of every channel the expression asks for, in the order of `MotionChannel`.
  ///
  /// Lids follow the gaze, and nothing opens a shut eye or shuts it twice.
  var channels: SIMD32<Float> {
    var result = SIMD32<Float>.zero
    func set(_ channel: MotionChannel, _ value: Float) { result[channel.rawValue] = value }
    let down = max(0, -self[.gazeUp]) * 0.35
    let left = self[.blinkLeft] + (1 - self[.blinkLeft]) * down
    let right = self[.blinkRight] + (1 - self[.blinkRight]) * down
    let open = 1 - max(left, right)
    let side = self[.smileSide]
    set(.jawOpen, self[.jawOpen])
    set(.jawLeft, max(0, self[.jawSide]))
    set(.jawRight, max(0, -self[.jawSide]))
    set(.lipsRound, self[.lipsRound])
    set(.lipsPucker, self[.lipsPucker])
    set(.lipsStretch, self[.lipsStretch])
    set(.lipsPress, self[.lipsPress])
    set(.lipTuck, self[.lipTuck])
    set(.upperLipUp, self[.upperLipUp])
    set(.lowerLipDown, self[.lowerLipDown])
    set(.smileLeft, min(1, self[.smile] + max(0, side)))
    set(.smileRight, min(1, self[.smile] + max(0, -side)))
    set(.cornersDown, self[.cornersDown])
    set(.sneer, self[.sneer])
    set(.cheekPuff, self[.cheekPuff])
    set(.chinRaise, self[.chinRaise])
    set(.blinkLeft, left)
    set(.blinkRight, right)
    set(.eyesWide, min(1, self[.eyesWide] + max(0, self[.gazeUp]) * 0.5) * open)
    set(.squint, self[.squint] * (0.3 + 0.7 * open))
    set(.browInnerUp, self[.browInnerUp])
    set(.browOuterUp, self[.browOuterUp])
    set(.browDown, self[.browDown])
    return result
  }

  /// The turn of both eyes: yaw to the head's left, pitch downward.
  var gaze: Rotation {
    Rotation(yaw: self[.gazeSide] * 25 * .pi / 180, pitch: -self[.gazeUp] * 15 * .pi / 180)
  }
}
