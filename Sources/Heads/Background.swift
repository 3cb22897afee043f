/// What is seen where the head is not.
public enum Background: Sendable, Equatable {
  /// One color, each channel 0...1.
  case color(SIMD3<Float>)
  /// A vertical run of colors.
  case gradient(top: SIMD3<Float>, bottom: SIMD3<Float>)
  /// A picture stretched over the frame; the nearest pixel is taken.
  case image(RGBImage)
}
