import PV3D
import Tensors

/// A person whom a generator makes of a seed, as the stage `sample` does by default.
struct SampledPerson {
  let generator: Generator
  /// `[1, styleCount, wDimension]`.
  let ws: Tensor
  private let code: [Float]

  init(_ generator: Generator, seed: Int) throws {
    self.generator = generator
    let codes = SampledCodes(generator: generator)
    ws = try withoutGradients {
      try generator.mapping(
        codes.appearance(seed),
        label: Camera.tensor([generator.config.camera(yaw: 0, pitch: 0)], on: generator.device),
        truncation: Float(Sample().truncation))
    }
    code = try codes.motion(seed)
  }

  /// The motion code times t.
  func motion(at time: Float) -> [Float] { code.map { $0 * time } }
}

/// One picture of a person with the surface that it shows.
struct SurfaceView {
  let camera: Camera
  /// `[side, side, 3]` in 0...255.
  let image: Tensor
  /// `[1, rays, rays]` in world units along the rays.
  let depth: Tensor
  /// `[rays², 3]` in world units.
  let points: Tensor
  /// For each point whether a surface was hit.
  let hits: [Bool]

  /// - Parameters:
  ///   - image: of any size
  ///   - points: where they are known other than by the depth
  init(
    _ image: UnitImage, depth: Tensor, camera: Camera, hits: [Bool], points: Tensor? = nil
  ) throws {
    let side = 256
    let sized = image.width == side ? image : try image.resized(width: side, height: side)
    self.image = try (Tensor(sized.values, [3, side, side]) * 255).permuted(1, 2, 0).contiguous()
    self.depth = depth
    self.camera = camera
    self.hits = hits
    if let points {
      self.points = points
    } else {
      let rays = try Rays(labels: Camera.tensor([camera]), resolution: depth.shape[1])
      self.points = try (rays.origins + rays.directions * depth.reshaped(1, -1, 1))
        .reshaped(-1, 3)
    }
  }
}
