import Media
import PV3D
import Tensors

/// Draws the frames of latents from any cameras, over their background.
final class LatentRenderer {
  private let latents: LatentTrack
  private let generator: Generator
  private let ws: Tensor
  private let plate: Tensor?
  private let side: Int
  /// The planes of the last motion drawn, which the next frame may share.
  private var last: (motion: [Float], planes: Tensor)?

  init(_ latents: LatentTrack) throws {
    self.latents = latents
    generator = try latents.generator()
    ws = try latents.styles.to(generator.device)
    plate = try latents.background?.to(generator.device)
    side = generator.config.imageResolution
  }

  /// One view of one frame, on the generator's device.
  struct View {
    /// `[3, side, side]` in -1...1.
    let color: Tensor
    /// `[1, side, side]` in world units from the camera.
    let depth: Tensor
    /// `[1, side, side]` in 0...1.
    let opacity: Tensor
  }

  func view(_ frame: Int, camera: Camera) throws -> View {
    try withoutGradients {
      let styles = ws.shape[0] == 1 ? ws : try ws.sliced(0, frame..<frame + 1)
      let planes = try planes(latents.motion[frame], styles)
      let drawn = try generator.rendered(
        planes, styles, label: Camera.tensor([camera], on: generator.device))
      func full(_ x: Tensor) throws -> Tensor {
        try x.resized(height: side, width: side, antialiased: false).reshaped(1, side, side)
      }
      let opacity = try full(drawn.opacity)
      var color = try drawn.image.reshaped(3, side, side)
      if let plate { color = try color + plate * (1 - opacity) }
      return View(color: color, depth: try full(drawn.depth), opacity: opacity)
    }
  }

  private func planes(_ motion: [Float], _ styles: Tensor) throws -> Tensor {
    if let last, last.motion == motion, ws.shape[0] == 1 { return last.planes }
    let planes = try generator.synthesis(
      styles, motion: Tensor(motion, [1, motion.count]).to(generator.device))
    last = (motion, planes)
    return planes
  }
}
