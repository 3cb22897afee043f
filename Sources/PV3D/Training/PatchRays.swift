import Tensors

/// A square of neighboring rays from each view of a group, with the true pixels behind it.
struct PatchRays {
  /// `[1, views · n², 3]` each.
  let rays: Rays
  /// `[views, 3, n, n]`: the true image at the rendering resolution.
  let raw: Tensor
  /// `[views, 3, 4n, 4n]`: the true image.
  let image: Tensor
  /// `[views, 1, n, n]`: the true coverage.
  let mask: Tensor
  /// `[views, 1, n, n]` and `[views, 1, 4n, 4n]` in 0...1: how much pixels change with the motion.
  let rawMoving: Tensor
  let moving: Tensor

  /// Takes `side` x `side` of the `resolution` x `resolution` rays of each view, near the middle.
  /// - Parameters:
  ///   - cameras: `[views, 25]` instead of the views' own
  ///   - device: where the tensors are; the draws are the same on all
  init(
    _ group: ViewGroup, cameras: Tensor? = nil, side: Int, resolution: Int,
    random: inout RandomSource, device: Device = .cpu
  ) throws {
    let scale = group.side / resolution
    guard group.side == resolution * scale, scale >= 4, side <= resolution else {
      throw TensorError(
        operation: "patch",
        reason: "views of \(group.side) pixels do not divide into \(resolution) rays a side")
    }
    var (points, labels): ([Float], [Float]) = ([], [])
    var (raw, image, mask): ([Float], [Float], [Float]) = ([], [], [])
    var (rawMoving, moving): ([Float], [Float]) = ([], [])
    let fine = 4 * side
    let step = scale / 4
    for view in group.views {
      labels += view.label
      // The sum of two draws prefers the middle, where the face is.
      func start() -> Int {
        let room = Float(resolution - side)
        let draw =
          Float.random(in: 0..<1, using: &random) + Float.random(in: 0..<1, using: &random)
        return min(Int(draw / 2 * (room + 1)), resolution - side)
      }
      let (top, left) = (start(), start())
      for row in 0..<side {
        for column in 0..<side {
          points += [
            (Float(left + column) + 0.5) / Float(resolution),
            (Float(top + row) + 0.5) / Float(resolution),
          ]
        }
      }
      func averaged(
        _ values: [Float], channels: Int, channel: Int, size: Int, step: Int
      ) -> [Float] {
        var result = [Float](repeating: 0, count: size * size)
        let (y0, x0) = (top * scale, left * scale)
        for row in 0..<size {
          for column in 0..<size {
            var sum: Float = 0
            for y in 0..<step {
              for x in 0..<step {
                let pixel = (y0 + row * step + y) * group.side + x0 + column * step + x
                sum += values[pixel * channels + channel]
              }
            }
            result[row * size + column] = sum / Float(step * step)
          }
        }
        return result
      }
      for channel in 0..<3 {
        raw += averaged(view.colors, channels: 3, channel: channel, size: side, step: scale)
        image += averaged(view.colors, channels: 3, channel: channel, size: fine, step: step)
      }
      mask += averaged(view.mask, channels: 1, channel: 0, size: side, step: scale)
      let change = view.moving ?? Array(repeating: 0, count: view.mask.count)
      rawMoving += averaged(change, channels: 1, channel: 0, size: side, step: scale)
      moving += averaged(change, channels: 1, channel: 0, size: fine, step: step)
    }
    let views = group.views.count
    let cast = try Rays(
      labels: cameras ?? Tensor(labels, [views, 25]).to(device),
      points: Tensor(points, [views, side * side, 2]).to(device))
    rays = Rays(
      origins: try cast.origins.reshaped(1, views * side * side, 3),
      directions: try cast.directions.reshaped(1, views * side * side, 3))
    self.raw = try Tensor(raw, [views, 3, side, side]).to(device)
    self.image = try Tensor(image, [views, 3, fine, fine]).to(device)
    self.mask = try Tensor(mask, [views, 1, side, side]).to(device)
    self.rawMoving = try Tensor(rawMoving, [views, 1, side, side]).to(device)
    self.moving = try Tensor(moving, [views, 1, fine, fine]).to(device)
  }
}
