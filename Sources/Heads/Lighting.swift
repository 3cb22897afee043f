/// A far light: parallel rays of one color.
public struct DirectionalLight: Codable, Sendable, Equatable {
  /// The direction toward the light in the world; any length above 0.
  public var direction: SIMD3<Float>
  /// Red, green, blue; 1 lights a facing surface to the color of its texture.
  public var color: SIMD3<Float>

  public init(direction: SIMD3<Float>, color: SIMD3<Float>) {
    self.direction = direction
    self.color = color
  }

  /// The direction with length 1.
  var unit: SIMD3<Float> {
    direction / max((direction * direction).sum().squareRoot(), .leastNormalMagnitude)
  }
}

/// What lights a head: a sky, a ground, and two far lights, all fixed in the world.
///
/// A surface of color `t` with normal `n` looks like
/// `t (ground + (sky - ground)(1 + n_y)/2 + Σ color max(0, n·direction))`.
public struct Lighting: Codable, Sendable, Equatable {
  public var sky: SIMD3<Float>
  public var ground: SIMD3<Float>
  public var key: DirectionalLight
  public var fill: DirectionalLight

  /// A soft frontal light from above, which shows textures nearly as painted.
  public init(
    sky: SIMD3<Float> = SIMD3(repeating: 0.62), ground: SIMD3<Float> = SIMD3(repeating: 0.42),
    key: DirectionalLight = DirectionalLight(
      direction: SIMD3(0.35, 0.5, 1), color: SIMD3(repeating: 0.42)),
    fill: DirectionalLight = DirectionalLight(
      direction: SIMD3(-0.8, 0.1, 0.6), color: SIMD3(repeating: 0.14))
  ) {
    self.sky = sky
    self.ground = ground
    self.key = key
    self.fill = fill
  }

  /// 18 numbers near 0: sky, ground, then direction and color of the key and of the fill light.
  ///
  /// Colors lose their usual mean; directions have length 1.
  public var code: [Float] {
    let parts = [
      2 * (sky - 0.6), 2 * (ground - 0.4), key.unit, 2 * (key.color - 0.4), fill.unit,
      2 * (fill.color - 0.15),
    ]
    return parts.flatMap { [$0.x, $0.y, $0.z] }
  }
}
