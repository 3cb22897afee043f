import Heads

extension ModelEvaluation {
  /// Every motion unit at 1 on the first known head.
  func expressions() throws -> EvaluationResult {
    var table = EvaluationTable(
      "Expressions",
      note: """
        Each motion unit at 1 on known head 0, from the front. PSNR in dB in the window of the \
        part that moves; 'at rest' is the control: the model's face at rest against the same \
        truth. 'Gain' is their difference. 'Cosine' and 'amount' compare the change of the picture \
        from rest with the true change: 1 and 1 are perfect.
        """, heading: "unit",
      columns: [
        .init("face", .higher), .init("mouth or eyes", .higher), .init("at rest"),
        .init("gain", .higher), .init("cosine", .higher), .init("amount", .higher),
      ])
    var sheet = ContactSheet(columns: 8, side: EvaluationSettings.thumbnail)
    let (probe, head) = try (heads()[0].probe, heads()[0].truth)
    let front = Self.camera(yaw: 0)
    let rest = FacialExpression()
    let still = (
      truth: head.image(rest, front), drawn: try probe.drawn(probe.moment(rest), front).0
    )
    var pairs = [("rest", still)]
    for unit in MotionUnit.allCases {
      let expression = FacialExpression([unit: 1])
      let truth = head.image(expression, front)
      let drawn = try probe.drawn(probe.moment(expression), front).0
      let metrics = try ImageMetrics(drawn, truth)
      let window = unit.window
      let control = try ImageMetrics(still.drawn, truth).psnr(in: window)
      let change = try ChangeAgreement(
        (still.drawn, drawn), truth: (still.truth, truth), in: window)
      table.add(
        "\(unit)",
        [
          metrics.psnr(in: .face), metrics.psnr(in: window), control,
          metrics.psnr(in: window) - control, change.cosine, change.amount,
        ])
      pairs.append(("\(unit)", (truth, drawn)))
    }
    for start in stride(from: 0, to: pairs.count, by: sheet.columns) {
      let row = pairs[start..<min(start + sheet.columns, pairs.count)]
      for (name, pair) in row { try sheet.add(pair.truth, caption: "\(name)") }
      for _ in row.count..<sheet.columns { try sheet.add(Self.blank) }
      for (name, pair) in row { try sheet.add(pair.drawn, caption: "\(name) model") }
      for _ in row.count..<sheet.columns { try sheet.add(Self.blank) }
    }
    return EvaluationResult(tables: [table], sheets: [("expressions", sheet)])
  }

  private static var blank: UnitImage {
    UnitImage(width: 1, height: 1, values: [0.1, 0.1, 0.1])
  }
}

extension MotionUnit {
  /// Where the unit moves most, seen from the front.
  var window: FaceWindow {
    switch self {
    case .blinkLeft, .blinkRight, .eyesWide, .squint, .browInnerUp, .browOuterUp, .browDown,
      .gazeSide, .gazeUp:
      .eyes
    default: .mouth
    }
  }
}
