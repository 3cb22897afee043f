extension FacialExpression {
  /// Units at random: many at rest, open mouths and shut eyes more often than in life.
  public static func random(using random: inout SplitMix64) -> FacialExpression {
    var result = FacialExpression()
    if random.chance(0.08) { return result }
    func isFree(_ unit: MotionUnit) -> Bool { ![.jawOpen, .blinkLeft, .blinkRight].contains(unit) }
    let chances: [MotionUnit: Double] = [
      .jawSide: 0.12, .gazeSide: 0.55, .gazeUp: 0.5, .smile: 0.35, .browInnerUp: 0.25,
      .browOuterUp: 0.25, .browDown: 0.25,
    ]
    for unit in MotionUnit.allCases where isFree(unit) {
      guard random.chance(chances[unit] ?? 0.16) else { continue }
      result[unit] = Float(
        random.uniform(Double(unit.range.lowerBound), Double(unit.range.upperBound)))
    }
    if random.chance(0.55) { result[.jawOpen] = Float(random.uniform(0.05, 1)) }
    if random.chance(0.28) {
      let shut = random.chance(0.5) ? 1 : Float(random.uniform(0.1, 1))
      let side = random.unit()
      if side < 0.9 { result[.blinkLeft] = shut }
      if side > 0.1 { result[.blinkRight] = shut }
    }
    // Lips that touch hold the jaw.
    let touching = max(result[.lipsPress], result[.lipTuck], result[.cheekPuff])
    result[.jawOpen] *= 1 - 0.8 * touching
    return result
  }
}
