/// Several views of one head at one moment, with the truth about each pixel.
///
/// All views share the appearance and the motion, so that one set of planes explains them.
public struct ViewGroup: Sendable {
  /// One rendering: rows of pixels from the top left.
  public struct View: Sendable {
    /// 25 numbers.
    public var label: [Float]
    /// `side² · 3` values in -1...1, red, green, blue of each pixel, over the background 0.
    public var colors: [Float]
    /// `side²` distances along the ray in world units, infinite where nothing is hit.
    public var depths: [Float]
    /// `side²` coverages in 0...1.
    public var mask: [Float]
    /// `side²` values in 0...1: how much a pixel changes with the motion; nothing when unknown.
    public var moving: [Float]?

    public init(
      label: [Float], colors: [Float], depths: [Float], mask: [Float], moving: [Float]? = nil
    ) {
      (self.label, self.colors, self.depths, self.mask) = (label, colors, depths, mask)
      self.moving = moving
    }

    /// How far each pixel is from that of the same view at another moment, up to `full`.
    ///
    /// The largest difference of a channel, over `full`, at most 1.
    public func change(from other: View, full: Float = 0.2) -> [Float] {
      mask.indices.map { pixel in
        let difference = (0..<3).map {
          abs(colors[pixel * 3 + $0] - other.colors[pixel * 3 + $0])
        }
        return min(1, max(difference[0], difference[1], difference[2]) / full)
      }
    }
  }

  /// The appearance code z.
  public var appearance: [Float]
  /// The motion code times t.
  public var motion: [Float]
  /// Pixels along the side of a view.
  public var side: Int
  public var views: [View]

  public init(appearance: [Float], motion: [Float], side: Int, views: [View]) {
    (self.appearance, self.motion, self.side, self.views) = (appearance, motion, side, views)
  }
}
