import Tensors

/// A learned flow of the frontal plane, of which each entry of the motion code drives a part.
///
/// An addition of the compact configurations, off for official checkpoints: the plane of x and y is sampled at
/// `p + Σ_k a_k(u) · F_k(p)` with the amounts of ``MotionOffsets``. So lips, brows and lids carry the look of the
/// person with them, which offsets alone, the same for all people, can only fade in and out.
public struct MotionFlow: Sendable {
  /// `[motionOffsets, 2, side, side]`, along x then y, in halves of the plane's side.
  let flow: Tensor
  let side: Int

  public init(_ scope: Scope, _ config: GeneratorConfig) throws {
    let side = config.motionFlowResolution
    flow = try scope.parameter("motion_flow", [config.motionOffsets, 2, side, side], .zeros)
    self.side = config.planeResolution
  }

  /// - Parameters:
  ///   - planes: `[batch, 3 · planeFeatures, planeResolution, planeResolution]`
  ///   - amounts: `[batch, motionOffsets]`
  /// - Returns: as `planes`
  func callAsFunction(_ planes: Tensor, amounts: Tensor) throws -> Tensor {
    let shape = flow.shape
    var moved = try amounts.multiplied(by: flow.reshaped(shape[0], -1))
      .reshaped(amounts.shape[0], 2, shape[2], shape[3])
    if shape[2] != side { moved = try moved.resized(height: side, width: side, antialiased: false) }
    let features = planes.shape[1] / 3
    let grid = try moved.permuted(0, 2, 3, 1) + places().to(planes.device)
    let frontal = try planes.sliced(1, 0..<features).contiguous().sampled(at: grid)
    return try .concatenated([frontal, planes.sliced(1, features..<3 * features)], 1)
  }

  /// The middles of the plane's cells, `[1, side, side, 2]` in -1...1.
  private func places() throws -> Tensor {
    let middles = (0..<side).map { (Float($0) * 2 + 1) / Float(side) - 1 }
    return try Tensor(middles.flatMap { y in middles.flatMap { [$0, y] } }, [1, side, side, 2])
  }
}
