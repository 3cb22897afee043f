import Tensors

/// Single rays of a group of views, with samples placed by the true depth.
///
/// A ray that hits takes `near` samples within ±0.03 of the surface, `front` before and `behind` after it;
/// a ray that misses takes as many, evenly spaced.
struct GuidedRays {
  /// `[1, rays, 3]` each.
  let rays: Rays
  /// `[1, rays, samples]`, rising.
  let depths: Tensor
  /// `[1, 3, rays, 1]`, the true colors.
  let colors: Tensor
  /// `[1, rays]`, the true coverage.
  let mask: Tensor
  /// `[1, rays]`, 1 where the ray hits; `[1, rays]`, the true depth there.
  let hits: Tensor
  let surface: Tensor

  static let front = 8
  static let near = 6
  static let behind = 3
  static var samples: Int { front + near + behind }

  /// Draws `count` rays of each view, the part `focus` of them in the middle of the image and the
  /// part `moving` where the motion changes it.
  /// - Parameter device: where the tensors are; the draws are the same on all
  init(
    _ group: ViewGroup, count: Int, focus: Float, moving: Float = 0, config: GeneratorConfig,
    random: inout RandomSource, device: Device = .cpu
  ) throws {
    var points: [Float] = []
    var depths: [Float] = []
    var colors = [Float](repeating: 0, count: 3 * count * group.views.count)
    var mask: [Float] = []
    var hits: [Float] = []
    var surface: [Float] = []
    var labels: [Float] = []
    let side = group.side
    let total = count * group.views.count
    for (viewIndex, view) in group.views.enumerated() {
      labels += view.label
      for index in 0..<count {
        var pixel = Self.pixel(side, focus, &random)
        if let change = view.moving, Float.random(in: 0..<1, using: &random) < moving {
          // Rejection, given up where hardly anything moves.
          for _ in 0..<32 where change[pixel] < .random(in: 0..<1, using: &random) {
            pixel = Self.pixel(side, focus, &random)
          }
        }
        points += [
          (Float(pixel % side) + 0.5) / Float(side), (Float(pixel / side) + 0.5) / Float(side),
        ]
        let ray = viewIndex * count + index
        for channel in 0..<3 { colors[channel * total + ray] = view.colors[pixel * 3 + channel] }
        mask.append(view.mask[pixel])
        let depth = view.depths[pixel]
        hits.append(depth.isFinite ? 1 : 0)
        surface.append(depth.isFinite ? depth : config.rayEnd)
        depths += Self.placed(depth, config, &random)
      }
    }
    let views = group.views.count
    let cast = try Rays(
      labels: Tensor(labels, [views, 25]).to(device),
      points: Tensor(points, [views, count, 2]).to(device))
    rays = Rays(
      origins: try cast.origins.reshaped(1, total, 3),
      directions: try cast.directions.reshaped(1, total, 3))
    self.depths = try Tensor(depths, [1, total, Self.samples]).to(device)
    self.colors = try Tensor(colors, [1, 3, total, 1]).to(device)
    self.mask = try Tensor(mask, [1, total]).to(device)
    self.hits = try Tensor(hits, [1, total]).to(device)
    self.surface = try Tensor(surface, [1, total]).to(device)
  }

  /// A pixel from anywhere, or with the probability `focus` from the middle.
  private static func pixel(
    _ side: Int, _ focus: Float, _ random: inout RandomSource
  ) -> Int {
    let focused = Float.random(in: 0..<1, using: &random) < focus
    let (low, high): (Float, Float) = focused ? (0.2, 0.8) : (0, 1)
    let x = Int(Float.random(in: low..<high, using: &random) * Float(side))
    let y = Int(Float.random(in: low..<high, using: &random) * Float(side))
    return min(y, side - 1) * side + min(x, side - 1)
  }

  /// Rising depths for one ray.
  private static func placed(
    _ depth: Float, _ config: GeneratorConfig, _ random: inout RandomSource
  ) -> [Float] {
    func spread(_ low: Float, _ high: Float, _ count: Int) -> [Float] {
      let step = (high - low) / Float(count)
      return (0..<count).map { low + (Float($0) + .random(in: 0..<1, using: &random)) * step }
    }
    guard depth.isFinite else { return spread(config.rayStart, config.rayEnd, samples) }
    let reach: Float = 0.03
    return spread(config.rayStart, max(depth - reach, config.rayStart + 0.01), front)
      + spread(depth - reach, depth + reach, near)
      + spread(depth + reach, max(depth + 0.2, depth + reach + 0.01), behind)
  }
}
