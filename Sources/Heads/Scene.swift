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
