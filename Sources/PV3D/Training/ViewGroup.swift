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

    public init(label: [Float], colors: [Float], depths: [Float], mask: [Float]) {
      (self.label, self.colors, self.depths, self.mask) = (label, colors, depths, mask)
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
