import Tensors

/// Frames as a mirror shows them: views from the other side of faces that are nearly symmetric.
///
/// A frame from 20 degrees shows half of a face well; its mirror image tells what the other half may look like. It
/// counts where no frame sees the face from there: not at all in frontal frames, which are their own mirror images.
/// - Source: Yin et al. 2023 (3D GAN inversion with facial symmetry prior)
package struct MirroredViews {
  /// Mirror images, with the cameras and motions that see them.
  package let targets: [InversionTarget]
  /// Of each 0...1, none is 0.
  package let weights: [Float]
  /// Where each tells more than the frame does, `[1, 1, side, side]` in 0...1; the inversion sets as many as targets.
  var parts: [Tensor] = []

  /// Degrees of yaw to the nearest frame below which a mirror image tells nothing, and from which it counts fully.
  private static let reach: (none: Float, full: Float) = (8, 24)
  /// How much more of a surface the mirror's camera must see than the frame's for its pixels to count fully.
  private static let gain: Float = 0.4

  var isEmpty: Bool { targets.isEmpty }

  /// - Parameters:
  ///   - cameras: of the frames, corrected
  ///   - motion: codes of the mirror images
  package init(_ frames: [InversionTarget], cameras: [Camera], motion: [[Float]]) throws {
    var targets: [InversionTarget] = []
    var weights: [Float] = []
    for (index, frame) in frames.enumerated() {
      let weight = Self.weight(cameras[index].mirrored.yaw, beside: cameras.map(\.yaw))
      guard weight > 0 else { continue }
      targets.append(
        InversionTarget(
          image: try frame.image.flipped(2), mask: try frame.mask.flipped(2),
          behind: try frame.behind?.flipped(2), camera: cameras[index].mirrored,
          motion: motion[index]))
      weights.append(weight)
    }
    (self.targets, self.weights) = (targets, weights)
  }

  /// How much a view counts beside those that are seen.
  /// - Parameters:
  ///   - yaw: of the view, radians
  ///   - seen: yaws of all frames
  package static func weight(_ yaw: Float, beside seen: [Float]) -> Float {
    let gap = seen.map { abs($0 - yaw) * 180 / .pi }.min() ?? 0
    return min(max((gap - reach.none) / (reach.full - reach.none), 0), 1)
  }

  /// Where a mirror's camera sees a surface from further in front than the camera that it mirrors.
  ///
  /// The half of a face that a frame shows well is left to the frame.
  /// - Parameters:
  ///   - depth: `[1, side, side]` as the mirror's camera sees it, world units along each ray
  ///   - camera: the mirror's
  /// - Returns: `[1, 1, side, side]` in 0...1
  package static func part(depth: Tensor, camera: Camera) throws -> Tensor {
    let side = depth.shape[1]
    let normals = try NormalMap.normals(depth: depth, camera: camera).floats()
    let own = camera.direction(to: camera.mirrored)
    let pixels = side * side
    let part = (0..<pixels).map { pixel in
      let normal = SIMD3(normals[pixel], normals[pixels + pixel], normals[2 * pixels + pixel])
      let seen = max((normal * own).sum(), 0)
      return min(max((normal.z - seen) / gain, 0), 1)
    }
    return try Tensor(part, [1, 1, side, side]).to(depth.device)
  }
}

extension Camera {
  /// Where another camera stands, seen from the pivot, in this camera's axes: x right, y up, z towards the viewer.
  fileprivate func direction(to other: Camera) -> SIMD3<Float> {
    let local = local(other.position - Camera.pivot) * SIMD3(1, -1, -1)
    return local / (local * local).sum().squareRoot()
  }
}
