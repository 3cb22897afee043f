import Tensors

/// What rays see, before super-resolution.
package struct RawImage {
  /// `[batch, planeFeatures, R, R]`.
  package let features: Tensor
  /// `[batch, 3, R, R]`, about -1...1, not clamped; 0 where no ray was stopped.
  package let color: Tensor
  /// `[batch, 1, R, R]` in world units from the camera.
  package let depth: Tensor
  /// `[batch, 1, R, R]`: how much of each ray was stopped.
  package let opacity: Tensor
  /// `[batch, R, R, 3]`, only when asked for.
  package let points: Tensor?

  package init(
    features: Tensor, color: Tensor, depth: Tensor, opacity: Tensor, points: Tensor? = nil
  ) {
    (self.features, self.color, self.depth) = (features, color, depth)
    (self.opacity, self.points) = (opacity, points)
  }
}

extension RawImage {
  /// The first picture of the batch, without points.
  var first: RawImage {
    get throws {
      try RawImage(
        features: features.sliced(0, 0..<1), color: color.sliced(0, 0..<1),
        depth: depth.sliced(0, 0..<1), opacity: opacity.sliced(0, 0..<1))
    }
  }
}

extension Generator {
  /// Casts rays through planes.
  /// - Parameters:
  ///   - planes: `[batch, 3, planeFeatures, side, side]`
  ///   - ws: `[batch, styleCount, wDimension]`
  ///   - label: `[batch, 25]` of the camera that looks
  ///   - resolution: rays along the side of the picture
  ///   - margin: rays beyond each edge, which are returned too
  func cast(
    _ planes: Tensor, _ ws: Tensor, label: Tensor, resolution: Int, margin: Int = 0,
    options: RenderingOptions = RenderingOptions()
  ) throws -> RawImage {
    let side = resolution + 2 * margin
    let seen = try renderer(
      planes, Rays(labels: label, resolution: resolution, margin: margin), options: options)
    let features = try Self.image(seen.features, side)
    return RawImage(
      features: features, color: try toRaw(features, ws.selected(1, 0)),
      depth: try Self.image(seen.depth, side), opacity: try Self.image(seen.opacity, side),
      points: try seen.points?.reshaped(label.shape[0], side, side, 3))
  }

  /// Draws the small picture of styles.
  /// - Parameter motion: `[batch, motionDimension]`, the motion code times t
  func raw(
    _ ws: Tensor, motion: Tensor, label: Tensor, resolution side: Int,
    options: RenderingOptions = RenderingOptions()
  ) throws -> RawImage {
    try cast(
      synthesis(ws, motion: motion), ws, label: label, resolution: side, options: options)
  }

  /// Draws the small picture of one style for all layers.
  /// - Parameters:
  ///   - style: `[wDimension]` in any shape
  ///   - motion: `[1, motionDimension]`, the motion code times t
  func raw(
    style: Tensor, motion: Tensor, label: Tensor, resolution side: Int
  ) throws -> RawImage {
    let ws = try style.reshaped(1, 1, -1).expanded([1, config.styleCount, -1])
    return try raw(ws, motion: motion, label: label, resolution: side)
  }
}
