import Tensors

/// Refines the motion and the camera of frames whose appearance is known.
///
/// Small raw renderings are compared, for speed; what moves far from its estimate is held back.
public struct FrameRefinement {
  let generator: Generator
  let styles: Tensor
  let steps: Int
  let options: InversionOptions
  /// Rays along the side of the renderings that are compared.
  let side = 48

  /// - Parameters:
  ///   - generator: tuned or not
  ///   - styles: `[1, styleCount, wDimension]`
  public init(_ generator: Generator, styles: Tensor, steps: Int, options: InversionOptions) {
    self.generator = generator
    self.styles = styles
    self.steps = steps
    self.options = options
  }

  /// Refines some successive frames.
  /// - Returns: the motion code and the camera of each
  public func refined(
    _ targets: [InversionTarget], seed: UInt64
  ) throws -> (motion: [[Float]], cameras: [Camera]) {
    let count = targets.count
    let width = generator.config.motionDimension
    let device = generator.device
    let start = try Tensor(targets.flatMap(\.motion), [count, width]).to(device)
    let motion = try start.leaf()
    let cameras = try CameraRefinement(targets.map(\.camera), on: device)
    let all = try Tensor(indices: Array(0..<count), [count]).to(device)
    let truth = try TargetBatch(targets.map { try $0.on(device) }).resized(side)
    let ws = try styles.expanded([count, -1, -1])
    var motionAdam = Adam(rate: options.motionRate * 2)
    var cameraAdam = Adam(rate: options.cameraRate * 2)
    var random = RandomSource(seed: seed)
    for _ in 0..<steps {
      var rendering = RenderingOptions()
      rendering.seed = random.next()
      rendering.jitters = true
      let seen = try generator.raw(
        ws, motion: motion, label: cameras.corrected(all), resolution: side, options: rendering)
      let drawn = try truth.composite(seen.color, seen.opacity)
      let color = try (drawn - truth.image).magnitude().mean()
      let shape = try (seen.opacity - truth.mask).magnitude().mean()
      let away = try (motion - start).squared().mean()
      let loss =
        try color + shape * options.opacityWeight + away * 0.02 + cameras.size(all) * 0.002
      let gradients = try loss.gradients([motion, cameras.corrections])
      try motionAdam.apply("motion", motion, gradients[0])
      try cameraAdam.apply("cameras", cameras.corrections, gradients[1])
    }
    let codes = try motion.floats()
    return (
      (0..<count).map { Array(codes[$0 * width..<($0 + 1) * width]) }, try cameras.cameras()
    )
  }
}
