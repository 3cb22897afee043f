/// A part of a picture in PV3D's framing, in parts of its width and height.
public struct FaceWindow: Sendable, Hashable, Codable {
  public var x: ClosedRange<Double>
  public var y: ClosedRange<Double>

  public init(x: ClosedRange<Double>, y: ClosedRange<Double>) {
    self.x = x
    self.y = y
  }

  public static let whole = FaceWindow(x: 0...1, y: 0...1)
  /// Where the face is at any yaw up to 30 degrees.
  public static let face = FaceWindow(x: 0.2...0.8, y: 0.2...0.85)
  /// The mouth with an open jaw, seen from the front.
  public static let mouth = FaceWindow(x: 0.34...0.66, y: 0.56...0.8)
  /// Both eyes and the brows, seen from the front.
  public static let eyes = FaceWindow(x: 0.28...0.72, y: 0.25...0.45)

  /// The columns of a picture that is `width` pixels wide.
  public func columns(of width: Int) -> Range<Int> { Self.pixels(x, width) }

  /// The rows of a picture that is `height` pixels high.
  public func rows(of height: Int) -> Range<Int> { Self.pixels(y, height) }

  private static func pixels(_ range: ClosedRange<Double>, _ count: Int) -> Range<Int> {
    Int(
      (range.lowerBound * Double(count)).rounded())..<Int(
        (range.upperBound * Double(count)).rounded())
  }
}
