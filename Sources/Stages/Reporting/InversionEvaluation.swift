import Faces
import Foundation
import Heads
import PV3D
import Tensors

/// One picture of a head that the generator has never seen, to be inverted.
public struct HeadPicture: Sendable {
  /// `[3, side, side]` in -1...1.
  public var image: Tensor
  /// `[1, side, side]` in 0...1.
  public var mask: Tensor
  public var camera: Camera
  /// The motion code times t.
  public var motion: [Float]
}

extension ModelEvaluation {
  /// Makes a head of one picture: the result draws it, `[3, side, side]`, as any camera sees it.
  public typealias Inversion = (Generator, HeadPicture) throws -> (Camera) throws -> Tensor

  /// The inversion of the default pipelines, without the identity term.
  public static func inversion(
    _ options: InversionOptions, seed: UInt64, progress: ((String) -> Void)? = nil
  ) throws -> Inversion {
    { generator, picture in
      let device = generator.device
      let distance = try PerceptualDistance(device: device)
      let target = InversionTarget(
        image: picture.image, mask: picture.mask, camera: picture.camera, motion: picture.motion)
      var inverter = try Inverter(
        generator, [target], options: options, seed: seed,
        distances: .init(perceptual: { try distance($0, $1).mean() }))
      inverter.progress = { step, total, loss in
        if step % 20 == 0 || step == total { progress?("step \(step) of \(total), loss \(loss)") }
      }
      let result = try withGradients { try inverter.run() }
      let all = generator.parameters.merging(generator.buffers) { first, _ in first }
      let tuned = try Generator(
        Weights(checkpoint: all.merging(result.tuned) { $1 }), generator.config)
      let code = result.motion[0]
      let planes = try tuned.synthesis(
        result.styles, motion: Tensor(code, [1, code.count]).to(device), noise: .constant)
      return { camera in
        let label = try Camera.tensor([camera], on: device)
        let drawn = try tuned.rendered(planes, result.styles, label: label).image
        return try drawn.reshaped(Array(drawn.shape.dropFirst()))
      }
    }
  }

  /// Heads that training never saw, each inverted from its frontal picture.
  public func heldOut(
    _ names: [String] = HeadViews.heldOut, by inversion: Inversion
  ) throws -> Part {
    let yaws = [0.0, -15, 15, -30, 30]
    var table = EvaluationReport.Table(
      "Held-out heads",
      note: """
        Identities kept out of training, inverted from one frontal picture with a known camera. \
        PSNR in dB in the face window of the picture itself (0) and of views that were not shown. \
        'control' is a randomly initialised generator inverted by as many steps.
        """, heading: "head", columns: yaws.map { String(format: "%+.0f", $0) } + ["unseen"])
    var sheet = ContactSheet(columns: yaws.count, side: options.thumbnail)
    let generators = [
      (
        "model",
        generator.config.appearanceBank > 0 ? generator : try banked(generator)
      ), ("control", try control()),
    ]
    let rest = FacialExpression()
    for name in names {
      let look = Look(
        recipe: try views.library.recipe(name), backdrop: HeadViews.backdrop)
      let head = try views.library.blend(look.recipe)
      let portraits = yaws.map {
        rasterizer.render(
          look.scene(head, expression: rest, camera: Self.camera(yaw: $0)),
          size: generator.config.imageResolution)
      }
      let truths = portraits.map { UnitImage($0) }
      for (yaw, truth) in zip(yaws, truths) {
        try sheet.add(truth, caption: String(format: "\(name) %+.0f", yaw))
      }
      for (kind, generator) in generators {
        let draw = try inversion(generator, picture(portraits[0], rest))
        let drawn = try yaws.map {
          try UnitImage(draw(Camera(label: Self.camera(yaw: $0).label)))
        }
        let ratios = try zip(drawn, truths).map { try ImageMetrics($0, $1).psnr(in: .face) }
        table.add("\(name), \(kind)", ratios + [SeriesMetrics.mean(Array(ratios.dropFirst()))])
        for (yaw, image) in zip(yaws, drawn) {
          try sheet.add(image, caption: String(format: "\(kind) %+.0f", yaw))
        }
      }
    }
    return Part(table: table, sheet: sheet)
  }

  private func picture(_ portrait: Portrait, _ expression: FacialExpression) throws -> HeadPicture {
    let image = try UnitImage(portrait).tensor()
    let side = portrait.size
    return HeadPicture(
      image: try image.reshaped(3, side, side),
      mask: try Tensor(portrait.mask, [1, side, side]), camera: Camera(label: portrait.label),
      motion: HeadViews.motion(expression, length: generator.config.motionDimension))
  }

  /// A generator with a bank of looks from which inversions start.
  private func banked(_ generator: Generator) throws -> Generator {
    var config = generator.config
    config.appearanceBank = config.appearanceBank == 0 ? 96 : config.appearanceBank
    var tensors = generator.parameters.merging(generator.buffers) { first, _ in first }
    tensors["backbone.mapping.appearance_bank"] = try views.bank(config.appearanceBank)
    return try Generator(Weights(checkpoint: tensors), config)
  }

  private func control() throws -> Generator {
    try banked(Generator(Weights(random: RandomSource(seed: options.seed)), generator.config))
  }
}
