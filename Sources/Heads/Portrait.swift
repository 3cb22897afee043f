/// Everything that a drawn portrait shows.
public struct Scene: Sendable {
  public var head: Head
  public var expression: FacialExpression
  public var pose: JointPose
  public var camera: PortraitCamera
  public var lighting: Lighting
  public var background: Background

  public init(
    head: Head, expression: FacialExpression = FacialExpression(), pose: JointPose = JointPose(),
    camera: PortraitCamera = PortraitCamera(), lighting: Lighting = Lighting(),
    background: Background = .color(SIMD3(repeating: 0.5))
  ) {
    self.head = head
    self.expression = expression
    self.pose = pose
    self.camera = camera
    self.lighting = lighting
    self.background = background
  }
}

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
