import Faces
import Media
import PV3D
import Tensors

/// Draws the frames of latents from any cameras, over their background.
final class LatentRenderer {
  let latents: LatentTrack
  /// Rays along the side of a view; nil for the model's.
  private let rays: Int?
  private let prepared: PreparedGenerator
  private let ws: Tensor
  private let backdrop: Backdrop?
  /// `[3, 1, 1]` in -1...1: what stands behind the person instead of the latents' own background.
  private let plain: Tensor?
  /// What the last window of the background showed, by the side of the picture.
  private var behind: (window: CropFrame, pictures: [Int: Tensor])?
  /// The styles of the last frame drawn as they are used, for all frames where they share them.
  private var clip: (frame: Int, drawn: PreparedClip)?
  /// The planes of the last frame drawn, which its further views and frames of the same motion share.
  private var last: (frame: Int, motion: [Float], planes: Tensor)?

  /// - Parameters:
  ///   - rays: along the side of a view; nil for the model's
  ///   - color: what stands behind the person; nil for the latents' own background
  init(_ latents: LatentTrack, rays: Int? = nil, before color: HexColor? = nil) throws {
    (self.latents, self.rays) = (latents, rays)
    let generator = try latents.generator()
    plain = try color.map {
      try Tensor($0.channels.map { Float($0) / 127.5 - 1 }, [3, 1, 1]).to(generator.device)
    }
    prepared = try PreparedGenerator(generator)
    ws = try latents.styles.to(generator.device)
    backdrop = try latents.background.map {
      Backdrop(try $0.plate.to(generator.device), windows: $0.windows)
    }
  }

  /// One view of one frame, drawn with `rays` rays along the side, on the generator's device.
  struct View {
    let camera: Camera
    /// `[3, side, side]` in -1...1.
    let color: Tensor
    /// `[3, rays, rays]` in -1...1, before super-resolution.
    let raw: Tensor
    /// `[1, rays, rays]` in world units from the camera.
    let depth: Tensor
    /// `[1, rays, rays]` in 0...1.
    let opacity: Tensor

    /// `[3, rays, rays]`: see ``NormalMap``.
    func normals() throws -> Tensor { try NormalMap.normals(depth: depth, camera: camera) }
  }

  func view(_ frame: Int, camera: Camera) throws -> View {
    try withoutGradients {
      let clip = try clip(frame)
      let drawn = try clip.rendered(
        planes(frame, clip), label: Camera.tensor([camera], on: ws.device), resolution: rays)
      let rays = drawn.raw.shape[2]
      return View(
        camera: camera, color: try overPlate(drawn.image, drawn.opacity, frame),
        raw: try overPlate(drawn.raw, drawn.opacity, frame),
        depth: try drawn.depth.reshaped(1, rays, rays),
        opacity: try drawn.opacity.reshaped(1, rays, rays))
    }
  }

  /// A picture `[1, 3, s, s]` laid over the background of a frame, as `[3, s, s]`.
  private func overPlate(_ image: Tensor, _ opacity: Tensor, _ frame: Int) throws -> Tensor {
    let size = image.shape[2]
    let color = try image.reshaped(3, size, size)
    guard let behind = try behind(frame, side: size) else { return color }
    let cover = try opacity.resized(height: size, width: size, antialiased: false)
    return try color + behind * (1 - cover.reshaped(1, size, size))
  }

  /// The background of a frame, `[3, side, side]`, or `[3, 1, 1]` where it is one color.
  private func behind(_ frame: Int, side: Int) throws -> Tensor? {
    if let plain { return plain }
    guard let backdrop else { return nil }
    let window = backdrop.window(frame)
    if behind?.window != window { behind = (window, [:]) }
    if let known = behind?.pictures[side] { return known }
    let seen = try backdrop.seen(through: window, side: side)
    behind?.pictures[side] = seen
    return seen
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
    let planes = try clip.planes(motion: Tensor(motion, [1, motion.count]).to(ws.device))
    last = (frame, motion, planes)
    return planes
  }
}
