/// A drawn portrait: color, depth and coverage of `[size, size]` pixels, row by row from the top.
public struct Portrait: Sendable {
  public let size: Int
  /// Red, green, blue of every pixel over the background, 0...1.
  public var rgb: [Float]
  /// Distance from the camera along the ray through the pixel's center, in world units; +infinity
  /// where less than half of the pixel is covered.
  public var depth: [Float]
  /// The covered part of every pixel, 0...1.
  public var mask: [Float]
  /// PV3D's 25 numbers of the camera.
  public var label: [Float]

  /// The colors as 8-bit sRGB.
  public var image: RGBImage {
    RGBImage(
      width: size, height: size, pixels: rgb.map { UInt8(min(max($0, 0), 1) * 255 + 0.5) })
  }
}
