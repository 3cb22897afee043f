import Foundation
import Heads
public import PV3D
import Tensors

/// How well a generator draws synthetic heads whose truth is known.
///
/// Looks, expressions and cameras are drawn as in training, from other seeds.
public struct ModelEvaluation {
  public struct Options: Sendable {
    /// How many known heads.
    public var count = 6
    public var seed: UInt64 = 1
    /// Rays along the side when the picture before super-resolution is measured; nil for the final one.
    public var raw: Int?
    /// Pixels of a picture on a contact sheet.
    public var thumbnail = 192

    public init() {}
  }

  /// A table and the pictures that belong to it.
  public struct Part: Sendable {
    public let table: EvaluationReport.Table
    public let sheet: ContactSheet
  }

  let generator: Generator
  let views: HeadViews
  let options: Options
  let rasterizer = Rasterizer(supersampling: 2)
  let heads: [(probe: HeadProbe, expression: FacialExpression, cameras: [PortraitCamera])]

  public init(_ generator: Generator, _ views: HeadViews, _ options: Options) throws {
    self.generator = generator
    self.views = views
    self.options = options
    // Training counts its seeds from a small number: far from every mixed one.
    var seeds = SplitMix64(seed: options.seed ^ 0x5EED_0F_7E57)
    var sampler = try HeadSampler(
      library: views.library, seed: seeds.next(), heldOut: HeadViews.heldOut)
    heads = try (0..<options.count).map { [rasterizer] _ in
      var look = sampler.look()
      look.backdrop = HeadViews.backdrop
      let probe = try HeadProbe(generator, look, views, raw: options.raw, rasterizer: rasterizer)
      return (probe, sampler.expression(), [sampler.camera(), sampler.camera()])
    }
  }

  static func camera(yaw degrees: Double) -> PortraitCamera {
    PortraitCamera(yaw: degrees * .pi / 180)
  }

  /// New blends of the training identities with random expressions.
  public func known() throws -> Part {
    var table = EvaluationReport.Table(
      "Known heads",
      note: """
        New blends of the training identities, each with a random expression. PSNR in dB in the \
        face window unless said otherwise; depth in millimeters; 'next' is the control: the model's \
        frontal picture against the truth of the next head.
        """, heading: "head",
      columns: ["front", "front, whole", "front L1", "random cameras", "depth", "next"])
    var rows = [[UnitImage]](repeating: [], count: 6)
    let (front, side) = (Self.camera(yaw: 0), Self.camera(yaw: 30))
    for (index, (probe, expression, cameras)) in heads.enumerated() {
      let moment = try probe.moment(expression)
      let (drawn, depth) = try probe.drawn(moment, front)
      let truth = probe.truth(expression, front)
      let trueDepth = probe.trueDepth(expression, front)
      let metrics = try ImageMetrics(drawn, truth)
      let random = try cameras.map {
        try ImageMetrics(probe.drawn(moment, $0).0, probe.truth(expression, $0)).psnr(in: .face)
      }
      let next = heads[(index + 1) % heads.count]
      let other = next.probe.truth(next.expression, front)
      let control = heads.count > 1 ? try ImageMetrics(drawn, other).psnr(in: .face) : .nan
      let error = DepthMetrics.meanError(depth, truth: trueDepth) ?? .nan
      table.add(
        "\(index)",
        [
          metrics.psnr(in: .face), metrics.psnr(), metrics.l1(in: .face),
          SeriesMetrics.mean(random), error / Double(PortraitCamera.scale) * 1000, control,
        ])
      for (row, image) in [
        truth, drawn, probe.truth(expression, side), try probe.drawn(moment, side).0,
        DepthRelief(trueDepth).image, DepthRelief(depth).image,
      ].enumerated() {
        rows[row].append(image)
      }
    }
    table.addMean()
    var sheet = ContactSheet(columns: heads.count, side: options.thumbnail)
    let names = ["truth", "model", "truth yaw 30", "model yaw 30", "truth depth", "model depth"]
    for (name, row) in zip(names, rows) {
      for (index, image) in row.enumerated() { try sheet.add(image, caption: "\(index) \(name)") }
    }
    return Part(table: table, sheet: sheet)
  }

  /// The known heads at rest, from the front to 45 degrees on both sides.
  public func turned() throws -> Part {
    let yaws = [-45.0, -30, -15, 0, 15, 30, 45]
    var table = EvaluationReport.Table(
      "Views",
      note: """
        PSNR in dB in the face window at each yaw in degrees, face at rest; training saw -40 to 40.
        """,
      heading: "head", columns: yaws.map { String(format: "%+.0f", $0) })
    var sheet = ContactSheet(columns: yaws.count, side: options.thumbnail)
    for (index, (probe, _, _)) in heads.enumerated() {
      let rest = FacialExpression()
      let moment = try probe.moment(rest)
      let pairs = try yaws.map {
        (probe.truth(rest, Self.camera(yaw: $0)), try probe.drawn(moment, Self.camera(yaw: $0)).0)
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
    table.addMean()
    return Part(table: table, sheet: sheet)
  }
}
