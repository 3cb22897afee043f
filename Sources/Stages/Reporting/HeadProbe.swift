import Foundation
import Heads
import PV3D
import Tensors

/// A synthetic head whose truth is known, and what a generator makes of its code.
struct HeadProbe {
  /// What the generator draws of a moment, ready for any camera.
  struct Moment {
    let planes: Tensor
    let expression: FacialExpression
  }

  let generator: Generator
  let look: Look
  let head: Head
  let ws: Tensor
  /// Rays along the side when the picture before super-resolution is measured.
  let raw: Int?
  let rasterizer: Rasterizer

  init(
    _ generator: Generator, _ look: Look, _ views: HeadViews, raw: Int?, rasterizer: Rasterizer
  ) throws {
    self.generator = generator
    self.look = look
    self.raw = raw
    self.rasterizer = rasterizer
    head = try views.library.blend(look.recipe)
    let code = views.appearance(look)
    guard code.count == generator.config.zDimension else {
      throw MeasureError(
        reason: """
          the model takes codes of \(generator.config.zDimension) numbers, those of the heads have \
          \(code.count)
          """)
    }
    ws = try generator.mapping(
      Tensor(code, [1, code.count]).to(generator.device),
      label: Camera.tensor([.canonical], on: generator.device))
  }

  var side: Int { generator.config.imageResolution }

  func moment(_ expression: FacialExpression) throws -> Moment {
    let code = HeadViews.motion(expression, length: generator.config.motionDimension)
    let motion = try Tensor(code, [1, code.count]).to(generator.device)
    return Moment(
      planes: try generator.synthesis(ws, motion: motion, noise: .none),
      expression: expression)
  }

  /// The picture and its depth, both from `camera`.
  func drawn(_ moment: Moment, _ camera: PortraitCamera) throws -> (UnitImage, depth: [Float]) {
    let drawing = try generator.rendered(
      moment.planes, ws, label: Tensor(camera.label, [1, 25]).to(generator.device), resolution: raw)
    let image =
      raw == nil
      ? drawing.image : try drawing.raw.resized(height: side, width: side, antialiased: true)
    return (try UnitImage(image), try drawing.depth.contiguous().floats())
  }

  /// The true picture.
  func truth(_ expression: FacialExpression, _ camera: PortraitCamera) -> UnitImage {
    UnitImage(rasterizer.render(scene(expression, camera), size: side))
  }

  /// The true depth of the rays that the generator casts.
  func trueDepth(_ expression: FacialExpression, _ camera: PortraitCamera) -> [Float] {
    Rasterizer(supersampling: 1).render(
      scene(expression, camera), size: raw ?? generator.config.renderingResolution
    ).depth
  }

  private func scene(_ expression: FacialExpression, _ camera: PortraitCamera) -> Scene {
    look.scene(head, expression: expression, camera: camera)
  }
}

/// A depth map as a gray relief, lit from the upper left.
struct DepthRelief {
  let image: UnitImage

  /// - Parameter depth: `side²` distances in world units; farther than 3.25 is empty
  init(_ depth: [Float]) {
    let side = Int(Double(depth.count).squareRoot())
    let step = 2.7 / (Camera.focalLength * Float(side))
    func value(_ row: Int, _ column: Int) -> Float {
      min(depth[min(row, side - 1) * side + min(column, side - 1)], 3.25)
    }
    var shades = [Float](repeating: 0, count: side * side)
    for row in 0..<side {
      for column in 0..<side where value(row, column) < 3.25 {
        let here = value(row, column)
        let normal = SIMD3(
          (value(row, column + 1) - here) / step, (value(row + 1, column) - here) / step, 1)
        let light = SIMD3<Float>(0.35, 0.45, 0.82)
        let shade = (normal * light).sum() / (normal * normal).sum().squareRoot()
        shades[row * side + column] = 0.15 + 0.85 * max(0, shade)
      }
    }
    image = UnitImage(width: side, height: side, values: shades + shades + shades)
  }
}
