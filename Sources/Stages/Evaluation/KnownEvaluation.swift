import Foundation
import Heads
import PV3D

extension ModelEvaluation {
  /// New blends of the training identities with random expressions.
  func known() throws -> EvaluationResult {
    var table = EvaluationTable(
      "Known heads",
      note: """
        New blends of the training identities, each with a random expression. PSNR in dB in the \
        face window unless said otherwise; depth in millimeters; 'next' is the control: the model's \
        frontal picture against the truth of the next head.
        """, heading: "head",
      columns: [
        .init("front", .higher), .init("front, whole", .higher), .init("front L1", .lower),
        .init("random cameras", .higher), .init("depth", .lower), .init("next"),
      ])
    let heads = try heads()
    var rows = [[UnitImage]](repeating: [], count: 6)
    let (front, side) = (Self.camera(yaw: 0), Self.camera(yaw: 30))
    for (index, head) in heads.enumerated() {
      progress("known: head \(index + 1) of \(heads.count)")
      let (probe, expression) = (head.probe, head.expression)
      let moment = try probe.moment(expression)
      let (drawn, depth) = try probe.drawn(moment, front)
      let truth = head.truth.image(expression, front)
      let trueDepth = head.truth.depth(expression, front)
      let metrics = try ImageMetrics(drawn, truth)
      let random = try head.cameras.map {
        try ImageMetrics(probe.drawn(moment, $0).0, head.truth.image(expression, $0))
          .psnr(in: .face)
      }
      let next = heads[(index + 1) % heads.count]
      let other = next.truth.image(next.expression, front)
      table.add(
        "\(index)",
        [
          metrics.psnr(in: .face), metrics.psnr(), metrics.l1(in: .face),
          SeriesMetrics.mean(random), Self.millimeters(depth, trueDepth),
          heads.count > 1 ? try ImageMetrics(drawn, other).psnr(in: .face) : nil,
        ])
      for (row, image) in [
        truth, drawn, head.truth.image(expression, side), try probe.drawn(moment, side).0,
        DepthRelief(trueDepth).image, DepthRelief(depth).image,
      ].enumerated() {
        rows[row].append(image)
      }
    }
    var sheet = ContactSheet(columns: heads.count, side: EvaluationSettings.thumbnail)
    let names = ["truth", "model", "truth yaw 30", "model yaw 30", "truth depth", "model depth"]
    for (name, row) in zip(names, rows) {
      for (index, image) in row.enumerated() { try sheet.add(image, caption: "\(index) \(name)") }
    }
    return EvaluationResult(tables: [table], sheets: [("known", sheet)])
  }

  /// The mean error of a depth map within the head, in millimeters of a head of life size.
  static func millimeters(_ depth: [Float], _ truth: [Float]) -> Double? {
    DepthMetrics.meanError(depth, truth: truth).map { $0 / Double(PortraitCamera.scale) * 1000 }
  }

  /// The known heads at rest, from the front to 45 degrees on both sides.
  func turned() throws -> EvaluationResult {
    let yaws = [-45.0, -30, -15, 0, 15, 30, 45]
    var table = EvaluationTable(
      "Views",
      note: """
        PSNR in dB in the face window at each yaw in degrees, face at rest; training saw -40 to 40.
        """,
      heading: "head", columns: yaws.map { .init(String(format: "%+.0f", $0), .higher) })
    var sheet = ContactSheet(columns: yaws.count, side: EvaluationSettings.thumbnail)
    for (index, head) in try heads().enumerated() {
      progress("views: head \(index + 1) of \(settings.count)")
      let rest = FacialExpression()
      let moment = try head.probe.moment(rest)
      let pairs = try yaws.map { yaw in
        let camera = Self.camera(yaw: yaw)
        return (head.truth.image(rest, camera), try head.probe.drawn(moment, camera).0)
      }
      table.add("\(index)", try pairs.map { try ImageMetrics($0, $1).psnr(in: .face) })
      guard index < 3 else { continue }
      for (yaw, pair) in zip(yaws, pairs) {
        try sheet.add(pair.0, caption: String(format: "truth %+.0f", yaw))
      }
      for (yaw, pair) in zip(yaws, pairs) {
        try sheet.add(pair.1, caption: String(format: "model %+.0f", yaw))
      }
    }
    return EvaluationResult(tables: [table], sheets: [("views", sheet)])
  }
}
