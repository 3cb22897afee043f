import Tensors

/// Rays through the pixels of square images.
/// - Source: PV3D-SPEC section 8
public struct Rays: Sendable {
  /// `[batch, rays, 3]` in world units.
  public let origins: Tensor
  /// `[batch, rays, 3]` of length 1.
  public let directions: Tensor

  public init(origins: Tensor, directions: Tensor) {
    self.origins = origins
    self.directions = directions
  }

  /// Rays through all pixels, row by row.
  /// - Parameters:
  ///   - labels: `[batch, 25]`
  ///   - resolution: pixels along a side
  ///   - margin: pixels beyond each edge
  public init(labels: Tensor, resolution: Int, margin: Int = 0) throws {
    let steps = (-margin..<resolution + margin).map { (Float($0) + 0.5) / Float(resolution) }
    let points = steps.flatMap { y in steps.flatMap { x in [x, y] } }
    try self.init(
      labels: labels, points: Tensor(points, [1, steps.count * steps.count, 2]).to(labels.device))
  }

  /// Rays through given points of the image.
  /// - Parameter points: `[batch or 1, rays, 2]`, x then y, 0 to 1 across the image
  public init(labels: Tensor, points: Tensor) throws {
    let batch = labels.shape[0]
    let rays = points.shape[1]
    func entry(_ index: Int) throws -> Tensor { try labels.sliced(1, index..<index + 1) }
    let (fx, skew, cx) = (try entry(16), try entry(17), try entry(18))
    let (fy, cy) = (try entry(20), try entry(21))
    let x = try points.selected(2, 0)
    let y = try points.selected(2, 1)
    let down = try (y - cy) / fy
    let right = try (x - cx + cy * skew / fy - skew * y / fy) / fx
    let forward = try down * 0 + 1
    let local = try Tensor.concatenated(
      [right, down, forward].map { try $0.expanded([batch, rays]).reshaped(batch, rays, 1) }, 2)
    let pose = try labels.sliced(1, 0..<16).reshaped(batch, 4, 4)
    let rotation = try pose.sliced(1, 0..<3).sliced(2, 0..<3)
    let world = try local.multiplied(by: rotation.permuted(0, 2, 1))
    let length = try world.squared().sum(2, keeping: true).squareRoot()
    directions = try world / length
    origins = try pose.sliced(1, 0..<3).sliced(2, 3..<4).reshaped(batch, 1, 3)
      .expanded([batch, rays, 3])
  }
}
