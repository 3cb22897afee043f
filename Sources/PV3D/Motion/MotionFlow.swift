import Tensors

/// A learned flow of the planes that tell heights apart, of which each entry of the motion code drives a part.
///
/// An addition of the compact configurations, off for official checkpoints: the plane of x and y, and of orthogonal
/// planes that of z and y, is sampled at `p + Σ_k a_k(u) · F_k(p)` with the amounts of ``MotionOffsets``. So lips,
/// brows and lids carry the look of the person with them, which offsets alone, the same for all people, can only fade
/// in and out.
public struct MotionFlow: Sendable {
  /// `[motionOffsets, 2, side, side]`, along x then y, in halves of the plane's side.
  let frontal: Tensor
  /// The same along z then y.
  let lateral: Tensor?
  let side: Int

  public init(_ scope: Scope, _ config: GeneratorConfig) throws {
    let side = config.motionFlowResolution
    func flow(_ name: String) throws -> Tensor {
      try scope.parameter(name, [config.motionOffsets, 2, side, side], .zeros)
    }
    frontal = try flow("motion_flow")
    lateral = config.orthogonalPlanes ? try flow("motion_flow_lateral") : nil
    self.side = config.planeResolution
  }

  /// - Parameters:
  ///   - planes: `[batch, 3 · planeFeatures, planeResolution, planeResolution]`
  ///   - amounts: `[batch, motionOffsets]`
  /// - Returns: as `planes`
  func callAsFunction(_ planes: Tensor, amounts: Tensor) throws -> Tensor {
    let features = planes.shape[1] / 3
    func part(_ plane: Int) throws -> Tensor {
      try planes.sliced(1, plane * features..<(plane + 1) * features).contiguous()
    }
    return try .concatenated(
      [
        moved(part(0), by: frontal, amounts), part(1),
        lateral.map { try moved(part(2), by: $0, amounts) } ?? part(2),
      ], 1)
  }

  /// One plane, `[batch, planeFeatures, planeResolution, planeResolution]`.
  private func moved(_ plane: Tensor, by flow: Tensor, _ amounts: Tensor) throws -> Tensor {
    let shape = flow.shape
    var way = try amounts.multiplied(by: flow.reshaped(shape[0], -1))
      .reshaped(amounts.shape[0], 2, shape[2], shape[3])
    if shape[2] != side { way = try way.resized(height: side, width: side, antialiased: false) }
    return try plane.sampled(at: way.permuted(0, 2, 3, 1) + places().to(plane.device))
  }

  /// The middles of the plane's cells, `[1, side, side, 2]` in -1...1.
  private func places() throws -> Tensor {
    let middles = (0..<side).map { (Float($0) * 2 + 1) / Float(side) - 1 }
    return try Tensor(middles.flatMap { y in middles.flatMap { [$0, y] } }, [1, side, side, 2])
  }
}
