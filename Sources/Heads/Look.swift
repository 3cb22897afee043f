/// How one person looks in all pictures of a group: who it is, how it is lit, what is behind.
public struct Look: Codable, Sendable, Equatable {
  public var recipe: HeadRecipe
  public var lighting: Lighting
  /// The color behind the head, 0...1.
  public var backdrop: SIMD3<Float>

  public init(
    recipe: HeadRecipe, lighting: Lighting = Lighting(),
    backdrop: SIMD3<Float> = SIMD3(repeating: 0.5)
  ) {
    self.recipe = recipe
    self.lighting = lighting
    self.backdrop = backdrop
  }

  /// The identity code: the recipe's `4 n + 9` numbers, 18 of the light, 3 of the backdrop.
  ///
  /// - Parameter names: the `n` names of the library, whose order fixes the places
  public func code(names: [String]) -> [Float] {
    let behind = 2 * (backdrop - 0.5)
    return recipe.code(names: names) + lighting.code + [behind.x, behind.y, behind.z]
  }

  /// Numbers in an identity code over `count` names.
  public static func codeLength(names count: Int) -> Int { 4 * count + 30 }

  /// The look on an already blended head, with an expression and a camera.
  public func scene(
    _ head: Head, expression: FacialExpression = FacialExpression(),
    camera: PortraitCamera = PortraitCamera()
  ) -> Scene {
    Scene(
      head: head, expression: expression, camera: camera, lighting: lighting,
      background: .color(backdrop))
  }
}
