import Faces
import Heads
import PV3D
import Tensors

/// A head as a generator draws it from its codes.
struct HeadProbe {
  /// What the generator draws of a moment, ready for any camera.
  struct Moment {
    let planes: Tensor
  }

  let generator: Generator
  /// `[1, styleCount, wDimension]`.
  let ws: Tensor
  /// The motion code of the face at rest.
  let rest: [Float]
  let noise: Noise
  /// Rays along the side when the picture before super-resolution is measured.
  let raw: Int?

  /// The head that the mapping makes of a look.
  init(_ generator: Generator, _ look: Look, _ views: HeadViews, raw: Int?) throws {
    let code = views.appearance(look)
    guard code.count == generator.config.zDimension else {
      throw MeasureError(
        reason: """
          the model takes codes of \(generator.config.zDimension) numbers, those of the heads have \
          \(code.count)
          """)
    }
    self.generator = generator
    self.raw = raw
    ws = try generator.mapping(
      Tensor(code, [1, code.count]).to(generator.device),
      label: Camera.tensor([.canonical], on: generator.device))
    rest = Array(repeating: 0, count: generator.config.motionDimension)
    noise = .none
  }

  /// The head that an inversion makes of one picture, without the identity term.
  /// - Parameter portrait: of the face at rest
  init(
    inverting portrait: Portrait, by generator: Generator, _ options: InversionOptions,
    seed: UInt64, progress: @escaping (_ step: Int, _ total: Int) -> Void
  ) throws {
    let (side, width) = (portrait.size, generator.config.motionDimension)
    let target = InversionTarget(
      image: try UnitImage(portrait).tensor().reshaped(3, side, side),
      mask: try Tensor(portrait.mask, [1, side, side]), camera: Camera(label: portrait.label),
      motion: Array(repeating: 0, count: width))
    let distance = try PerceptualDistance(device: generator.device)
    var inverter = try Inverter(
      generator, [target], options: options, seed: seed,
      distances: .init(perceptual: { try distance($0, $1).mean() }))
    inverter.progress = { step, total, _ in progress(step, total) }
    let found = try withGradients { try inverter.run() }
    let all = generator.parameters.merging(generator.buffers) { first, _ in first }
    self.generator = try Generator(
      Weights(checkpoint: all.merging(found.tuned) { $1 }), generator.config)
    ws = found.styles
    rest = found.motion[0]
    noise = .constant
    raw = nil
  }

  func moment(_ expression: FacialExpression) throws -> Moment {
    let change = MotionUnit.code(expression.values, length: rest.count)
    let code = zip(rest, change).map { $0 + $1 }
    let motion = try Tensor(code, [1, code.count]).to(generator.device)
    return Moment(planes: try generator.synthesis(ws, motion: motion, noise: noise))
  }

  /// The picture and its depth, both from `camera`.
  func drawn(_ moment: Moment, _ camera: PortraitCamera) throws -> (UnitImage, depth: [Float]) {
    let drawing = try generator.rendered(
      moment.planes, ws, label: Tensor(camera.label, [1, 25]).to(generator.device), resolution: raw)
    let side = generator.config.imageResolution
    let image =
      raw == nil
      ? drawing.image : try drawing.raw.resized(height: side, width: side, antialiased: true)
    return (try UnitImage(image), try drawing.depth.contiguous().floats())
  }
}
