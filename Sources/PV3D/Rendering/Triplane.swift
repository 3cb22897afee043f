import Tensors

/// Features of space stored on three axis-aligned planes.
///
/// The planes of official models are spanned by (x, y), (x, z) and (z, x): the third is the second transposed, and
/// no plane tells heights apart in depth. Orthogonal planes are spanned by (x, y), (x, z) and (z, y).
/// - Source: Chan et al. 2022, section 3; PV3D-SPEC section 9
public enum Triplane {
  /// Where points fall on the three planes.
  /// - Parameters:
  ///   - points: `[batch, points, 3]`
  ///   - orthogonal: whether the third plane is of (z, y)
  /// - Returns: `[batch, 3, points, 2]`, along the width then the height of each plane
  public static func projected(_ points: Tensor, orthogonal: Bool = false) throws -> Tensor {
    let parts = try [[0, 1], [0, 2], [2, orthogonal ? 1 : 0]].map { axes in
      try points.picked(2, Tensor(indices: axes, [2]).to(points.device))
    }
    let (batch, count) = (points.shape[0], points.shape[1])
    return try Tensor.concatenated(parts.map { try $0.reshaped(batch, 1, count, 2) }, 1)
  }

  /// The mean over the planes of bilinear samples; 0 outside of the box.
  /// - Parameters:
  ///   - planes: `[batch, 3, features, height, width]`
  ///   - points: `[batch, points, 3]` in world units
  ///   - boxWarp: side of the cube that the planes cover
  ///   - orthogonal: whether the third plane is of (z, y)
  /// - Returns: `[batch, points, features]`
  public static func sampled(
    _ planes: Tensor, at points: Tensor, boxWarp: Float, orthogonal: Bool = false
  ) throws -> Tensor {
    try looked(planes, at: points, boxWarp: boxWarp, orthogonal: orthogonal).mean(1).permuted(
      0, 2, 1)
  }

  /// The bilinear samples of each plane, `[batch, 3, features, points]`.
  package static func looked(
    _ planes: Tensor, at points: Tensor, boxWarp: Float, orthogonal: Bool = false
  ) throws -> Tensor {
    let shape = planes.shape
    let (batch, features, count) = (shape[0], shape[2], points.shape[1])
    let grid = try projected(points * (2 / boxWarp), orthogonal: orthogonal)
      .reshaped(batch * 3, 1, count, 2)
    return try planes.reshaped(batch * 3, features, shape[3], shape[4]).sampled(at: grid)
      .reshaped(batch, 3, features, count)
  }
}
