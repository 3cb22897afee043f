import Foundation
package import Heads

/// A person before a background, as a camera on a desk sees them.
package struct ActingStage {
  package let look: Look
  private let head: Head
  private let camera: PortraitCamera
  private let background: Background

  /// - Parameters:
  ///   - focal: in widths of the picture
  ///   - size: of the picture in pixels
  package init(look: Look, head: Head, focal: Double, size: Int) {
    self.look = look
    self.head = head
    camera = PortraitCamera(offset: SIMD3(0, -0.03, 0), focal: focal)
    background = .image(Self.wall(look.backdrop, size: size))
  }

  /// The face nearly at rest.
  package var rest: Scene { scene(FacialExpression([.smile: 0.18]), yaw: 0.04, pitch: 0) }

  /// A moment of a clip; where its camera moves, neck and head turn instead.
  package func scene(_ moment: ActingClip.Frame) -> Scene {
    scene(moment.expression, yaw: -moment.camera.yaw, pitch: moment.camera.pitch)
  }

  private func scene(_ expression: FacialExpression, yaw: Double, pitch: Double) -> Scene {
    func share(_ part: Double) -> Rotation {
      Rotation(yaw: Float(part * yaw), pitch: Float(part * pitch))
    }
    return Scene(
      head: head, expression: expression, pose: JointPose(neck: share(0.3), head: share(0.6)),
      camera: camera, lighting: look.lighting, background: background)
  }

  /// A wall whose tint runs from one corner to the other, with a soft light behind the head.
  private static func wall(_ tint: SIMD3<Float>, size: Int) -> RGBImage {
    let near = pointwiseMin(tint * SIMD3(1.1, 1.02, 0.92), .one)
    let far = tint * SIMD3(0.45, 0.55, 0.72)
    var pixels: [UInt8] = []
    pixels.reserveCapacity(3 * size * size)
    for row in 0..<size {
      for column in 0..<size {
        let x = (Float(column) + 0.5) / Float(size)
        let y = (Float(row) + 0.5) / Float(size)
        let glow = 0.18 * exp(-6 * ((x - 0.35) * (x - 0.35) + (y - 0.35) * (y - 0.35)))
        let color = near + (far - near) * (0.45 * x + 0.55 * y) + glow
        for channel in 0..<3 { pixels.append(UInt8(min(max(color[channel], 0), 1) * 255)) }
      }
    }
    return RGBImage(width: size, height: size, pixels: pixels)
  }
}
