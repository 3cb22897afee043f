import Media
import PV3D
import Tensors

/// Draws the frames of latents from any cameras, over their background.
final class LatentRenderer {
  private let latents: LatentTrack
  private let prepared: PreparedGenerator
  private let ws: Tensor
  private let side: Int
  /// The styles of the last frame drawn as they are used, for all frames where they share them.
  private var clip: (frame: Int, drawn: PreparedClip)?
  /// The planes of the last frame drawn, which its further views and frames of the same motion share.
  private var last: (frame: Int, motion: [Float], planes: Tensor)?

  init(_ latents: LatentTrack) throws {
    self.latents = latents
    prepared = try PreparedGenerator(latents.generator())
    ws = latents.styles
    side = prepared.generator.config.imageResolution
  }

  /// One view of one frame.
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
      let clip = try clip(frame)
      let drawn = try clip.rendered(
        planes(frame, clip), label: Camera.tensor([camera]))
      func full(_ x: Tensor) throws -> Tensor {
        try x.resized(height: side, width: side, antialiased: false).reshaped(1, side, side)
      }
      let opacity = try full(drawn.opacity)
      var color = try drawn.image.reshaped(3, side, side)
      if let plate = latents.background { color = try color + plate * (1 - opacity) }
      return View(color: color, depth: try full(drawn.depth), opacity: opacity)
    }
  }

  private func clip(_ frame: Int) throws -> PreparedClip {
    let row = ws.shape[0] == 1 ? 0 : frame
    if let clip, clip.frame == row { return clip.drawn }
    let drawn = try prepared.clip(ws.sliced(0, row..<row + 1))
    clip = (row, drawn)
    return drawn
  }

  private func planes(_ frame: Int, _ clip: PreparedClip) throws -> Tensor {
    let motion = latents.motion[frame]
    if let last, last.motion == motion, ws.shape[0] == 1 || last.frame == frame {
      return last.planes
    }
    let planes = try clip.planes(motion: Tensor(motion, [1, motion.count]))
    last = (frame, motion, planes)
    return planes
  }
}
