/// A real picture for training: its pixels are known, its codes are not, its camera and motion are estimates.
public struct PortraitView: Sendable {
  /// Tells the person's codes from those of other pictures, over restarts too.
  public var name: String
  /// Pixels along each side of the view.
  public var side: Int
  /// The picture over the background 0; its depths are unknown, so infinite.
  public var view: ViewGroup.View
  /// The estimated motion code times t.
  public var motion: [Float]

  public init(name: String, side: Int, view: ViewGroup.View, motion: [Float]) {
    (self.name, self.side, self.view, self.motion) = (name, side, view, motion)
  }

  /// As a group of one view, whose appearance code is not known.
  var group: ViewGroup { ViewGroup(appearance: [], motion: motion, side: side, views: [view]) }
}
