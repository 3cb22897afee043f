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

  /// Degrees of yaw to the nearest frame below which a mirror image tells nothing, and from which it counts fully.
  private static let reach: (none: Float, full: Float) = (8, 24)

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

  func picked(using random: inout RandomSource) -> (target: InversionTarget, weight: Float) {
    let index = Int.random(in: targets.indices, using: &random)
    return (targets[index], weights[index])
  }
}
