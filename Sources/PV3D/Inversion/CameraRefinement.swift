import Tensors

/// Small corrections of estimated cameras, as leaves that gradients reach.
///
/// A correction turns the camera about the pivot that all cameras look at, then moves it along its own
/// axes; at zero it changes nothing.
public struct CameraRefinement {
  /// `[frames, 25]`, the estimates.
  let labels: Tensor
  /// `[frames, 6]`: radians about the world's x, y and z, then world units to the right, down, forward.
  let corrections: Tensor

  /// - Parameter corrections: `[frames, 6]` to begin with; nil for none
  public init(
    _ cameras: [Camera], corrections: Tensor? = nil, on device: Device = .cpu
  ) throws {
    labels = try Camera.tensor(cameras, on: device)
    self.corrections = try (corrections ?? .zeros([cameras.count, 6])).to(device).leaf()
  }

  /// The corrected labels of some frames, `[indices, 25]`.
  /// - Parameter indices: on the device of the refinement
  func corrected(_ indices: Tensor) throws -> Tensor {
    try Self.corrected(labels.picked(0, indices), by: corrections.picked(0, indices))
  }

  /// Labels that corrections turn and move.
  /// - Parameters:
  ///   - label: `[frames, 25]`
  ///   - correction: `[frames, 6]`
  static func corrected(_ label: Tensor, by correction: Tensor) throws -> Tensor {
    let count = label.shape[0]
    let turn = try rotation(correction.sliced(1, 0..<3))
    let pose = try label.sliced(1, 0..<16).reshaped(count, 4, 4)
    let axes = try pose.sliced(1, 0..<3).sliced(2, 0..<3)
    let position = try pose.sliced(1, 0..<3).sliced(2, 3..<4)
    let pivot = try Tensor([Camera.pivot.x, Camera.pivot.y, Camera.pivot.z], [1, 3, 1])
      .to(label.device)
    let turned = try turn.multiplied(by: axes)
    let shift = try turned.multiplied(by: correction.sliced(1, 3..<6).reshaped(count, 3, 1))
    let moved = try turn.multiplied(by: position - pivot) + pivot + shift
    let upper = try Tensor.concatenated([turned, moved], 2)
    let whole = try Tensor.concatenated([upper, pose.sliced(1, 3..<4)], 1)
    return try .concatenated([whole.reshaped(count, 16), label.sliced(1, 16..<25)], 1)
  }

  /// How far the corrections of some frames go: mean squares of degrees and of hundredths of a unit.
  func size(_ indices: Tensor) throws -> Tensor {
    try Self.size(corrections.picked(0, indices))
  }

  static func size(_ correction: Tensor) throws -> Tensor {
    let turns = try (correction.sliced(1, 0..<3) * 57.3).squared().mean()
    let moves = try (correction.sliced(1, 3..<6) * 100).squared().mean()
    return try turns + moves
  }

  /// All cameras as they now stand.
  public func cameras() throws -> [Camera] {
    let count = labels.shape[0]
    let values = try withoutGradients {
      try corrected(Tensor(indices: Array(0..<count), [count]).to(labels.device)).floats()
    }
    return (0..<count).map { Camera(label: Array(values[$0 * 25..<$0 * 25 + 25])) }
  }

  /// `Rz · Ry · Rx` for rows of three angles: `[n, 3]` to `[n, 3, 3]`.
  private static func rotation(_ angles: Tensor) throws -> Tensor {
    let parts = try (0..<3).map { index in try angles.sliced(1, index..<index + 1) }
    let (cx, cy, cz) = (try parts[0].cosine(), try parts[1].cosine(), try parts[2].cosine())
    let (sx, sy, sz) = (try parts[0].sine(), try parts[1].sine(), try parts[2].sine())
    let rows = [
      try cz * cy, try cz * sy * sx - sz * cx, try cz * sy * cx + sz * sx,
      try sz * cy, try sz * sy * sx + cz * cx, try sz * sy * cx - cz * sx,
      try -sy, try cy * sx, try cy * cx,
    ]
    return try Tensor.concatenated(rows, 1).reshaped(angles.shape[0], 3, 3)
  }
}
