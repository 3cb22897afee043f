import Foundation
import Heads
import PV3D

extension ModelEvaluation {
  static let heldOutYaws = [0.0, -15, 15, -30, 30, -45, 45]
  /// What is done to a head that was seen at rest only.
  static let transfers: [(name: String, expression: FacialExpression)] = [
    ("jaw open", FacialExpression([.jawOpen: 0.8])), ("smile", FacialExpression([.smile: 0.9])),
    ("pucker", FacialExpression([.lipsPucker: 0.9])),
    ("eyes shut", FacialExpression([.blinkLeft: 1, .blinkRight: 1])),
    ("brows up", FacialExpression([.browInnerUp: 0.9, .browOuterUp: 0.9])),
    (
      "speech",
      FacialExpression([.jawOpen: 0.45, .lipsStretch: 0.4, .gazeSide: 0.5, .browDown: 0.5])
    ),
  ]

  /// Heads that training never saw, each inverted from its frontal picture at rest.
  func heldOut() throws -> EvaluationResult {
    var face = Self.heldOutTable(
      "Held-out heads, face window",
      """
      Identities kept out of training, each inverted from one frontal picture at rest with its \
      exact camera and matte, then drawn from yaws in degrees; only +0 was shown. PSNR in dB in the \
      face window against the true rendering. The control is a generator of random weights inverted \
      by as many steps.
      """, .higher, goals: [15: 25, 30: 23.5])
    var whole = Self.heldOutTable(
      "Held-out heads, whole picture", "The same drawings, PSNR in dB over the whole picture.",
      .higher)
    var depth = Self.heldOutTable(
      "Held-out heads, depth",
      "The same, mean error of the depth within the true head, in millimeters.", .lower)
    var (transfer, change) = Self.transferTables()
    var views = ContactSheet(columns: Self.heldOutYaws.count, side: EvaluationSettings.thumbnail)
    var moves = ContactSheet(
      columns: Self.transfers.count + 1, side: EvaluationSettings.thumbnail)
    let generators = [
      ("model", generator.config.appearanceBank > 0 ? generator : try banked(generator)),
      ("control", try control()),
    ]
    let rest = FacialExpression()
    let cameras = Self.heldOutYaws.map { Self.camera(yaw: $0) }
    for (index, name) in HeadViews.heldOut.prefix(settings.identities).enumerated() {
      let look = Look(
        recipe: try self.views().library.recipe(name), backdrop: HeadViews.backdrop)
      let truth = try truth(look)
      let truths = cameras.map { truth.image(rest, $0) }
      let moved = Self.transfers.map { truth.image($0.expression, cameras[0]) }
      try Self.add(truths, to: &views, "\(name)")
      try Self.add([truths[0]] + moved, to: &moves, moves: "\(name)")
      for (kind, generator) in generators
      where kind == "model" || index < settings.controls {
        let probe = try HeadProbe(
          inverting: truth.portrait(rest, cameras[0]), by: generator, settings.inversion,
          seed: settings.seed
        ) { [progress] step, total in
          if step % 20 == 0 || step == total {
            progress("held-out: \(name), \(kind): step \(step) of \(total)")
          }
        }
        let isControl = kind == "control"
        let label = isControl ? "\(name), control" : name
        let moment = try probe.moment(rest)
        let drawn = try cameras.map { try probe.drawn(moment, $0) }
        let metrics = try zip(drawn, truths).map { try ImageMetrics($0.0, $1) }
        face.add(label, metrics.map { $0.psnr(in: .face) }, isControl: isControl)
        whole.add(label, metrics.map { $0.psnr() }, isControl: isControl)
        depth.add(
          label,
          zip(drawn, cameras).map { Self.millimeters($0.depth, truth.depth(rest, $1)) },
          isControl: isControl)
        let acted = try Self.transfers.map {
          try probe.drawn(probe.moment($0.expression), cameras[0]).0
        }
        try Self.add(drawn.map(\.0), to: &views, kind)
        try Self.add([drawn[0].0] + acted, to: &moves, moves: kind)
        try Self.compare(
          label, acted, moved, rest: (drawn[0].0, truths[0]), &transfer, &change, isControl)
      }
    }
    return EvaluationResult(
      tables: [face, whole, depth, transfer, change],
      sheets: [("held-out", views), ("held-out-expressions", moves)])
  }

  /// One row of each table: how near the expressions are, and how much of the change was made.
  private static func compare(
    _ label: String, _ acted: [UnitImage], _ truths: [UnitImage],
    rest: (drawn: UnitImage, truth: UnitImage), _ transfer: inout EvaluationTable,
    _ change: inout EvaluationTable, _ isControl: Bool
  ) throws {
    let near = try zip(acted, truths).map { try ImageMetrics($0, $1).psnr(in: .face) }
    let still = try truths.map { try ImageMetrics(rest.drawn, $0).psnr(in: .face) }
    transfer.add(
      label, near + [SeriesMetrics.mean(near), SeriesMetrics.mean(still)], isControl: isControl)
    let agreements = try zip(acted, truths).map {
      try ChangeAgreement((rest.drawn, $0), truth: (rest.truth, $1), in: .face)
    }
    change.add(
      label, agreements.map(\.cosine) + [SeriesMetrics.mean(agreements.map(\.amount))],
      isControl: isControl)
  }

  private static func heldOutTable(
    _ title: String, _ note: String, _ sense: EvaluationTable.Sense, goals: [Int: Double] = [:]
  ) -> EvaluationTable {
    EvaluationTable(
      title, note: note, heading: "head",
      columns: heldOutYaws.map {
        .init(String(format: "%+.0f", $0), sense, goal: goals[Int(abs($0))])
      })
  }

  private static func transferTables() -> (EvaluationTable, EvaluationTable) {
    let names = transfers.map(\.name)
    return (
      EvaluationTable(
        "Held-out heads, expression transfer",
        note: """
          The same inversions, which saw the head at rest only, with the known motion codes of other \
          expressions added: PSNR in dB in the face window against the true rendering of that \
          expression, from the front. 'If unmoved' is the mean of the drawing at rest against the \
          same truths.
          """, heading: "head",
        columns: names.map { .init($0, .higher) } + [.init("mean", .higher), .init("if unmoved")]),
      EvaluationTable(
        "Held-out heads, change by expression",
        note: """
          The change of the picture from rest against the true change, in the face window: the \
          cosine between both, 1 where the right thing moves; 'amount' is the mean share of the \
          true change that is there, 1 where all of it is.
          """, heading: "head",
        columns: names.map { .init($0, .higher) } + [.init("amount", .higher)])
    )
  }

  private static func add(
    _ images: [UnitImage], to sheet: inout ContactSheet, _ label: String
  ) throws {
    for (yaw, image) in zip(heldOutYaws, images) {
      try sheet.add(image, caption: String(format: "\(label) %+.0f", yaw))
    }
  }

  private static func add(
    _ images: [UnitImage], to sheet: inout ContactSheet, moves label: String
  ) throws {
    for (name, image) in zip(["rest"] + transfers.map(\.name), images) {
      try sheet.add(image, caption: "\(label) \(name)")
    }
  }
}

extension EvaluationSettings {
  /// The steps as inversions take them; 340 are what pipelines do.
  var inversion: InversionOptions {
    var options = InversionOptions()
    options.styleSteps = steps * 2 / 17
    options.extendedSteps = steps * 3 / 17
    options.tuningSteps = steps - options.styleSteps - options.extendedSteps
    return options
  }
}
