import Foundation
import Heads
import PV3D

/// The cameras from which each frame of latents is drawn.
package struct Viewpoints: Sendable {
  let stage: MultiViewRender
  let config: GeneratorConfig
  /// The cameras of the path `file`.
  let file: CameraFile?

  /// Reads the camera file if the path needs it.
  package init(_ stage: MultiViewRender, _ config: GeneratorConfig) throws {
    self.stage = stage
    self.config = config
    file = stage.path == .file ? try CameraFile(path: stage.cameraFile, config: config) : nil
  }

  /// How many cameras one frame has.
  var count: Int { stage.yawDegrees.count * (stage.stereo ? 2 : 1) }

  /// The cameras of a frame: for each viewpoint one, or those of the left and the right eye.
  package func cameras(_ frame: Int, of latents: LatentTrack) -> [[Camera]] {
    let views = stage.yawDegrees.map { camera(frame, latents, yaw: Float($0) * .pi / 180) }
    guard stage.stereo else { return views.map { [$0] } }
    let distance = Float(stage.eyeDistance) / 1000 * PortraitCamera.scale
    return views.map { view in
      let (left, right) = view.eyes(distance)
      return [left, right]
    }
  }

  /// The camera of the path at a frame, turned to the head's left.
  private func camera(_ frame: Int, _ latents: LatentTrack, yaw: Float) -> Camera {
    let angle = 2 * Float.pi * Float(frame % stage.round) / Float(stage.round)
    let reach = Float(stage.reachDegrees) * .pi / 180
    func placed(_ own: Float, _ pitch: Float) -> Camera {
      config.camera(yaw: own + yaw, pitch: pitch)
    }
    switch stage.path {
    case .track: return latents.cameras[frame].orbited(yaw: yaw)
    case .front: return placed(0, 0)
    case .fixed:
      return placed(
        Float(stage.fixedYawDegrees) * .pi / 180, Float(stage.fixedPitchDegrees) * .pi / 180)
    case .orbit: return placed(reach * sin(angle), reach * 0.4 * cos(angle))
    case .sweep: return placed(reach * sin(angle), 0)
    case .file: return (file?[frame] ?? latents.cameras[frame]).orbited(yaw: yaw)
    }
  }
}
