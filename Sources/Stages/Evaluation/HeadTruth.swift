import Heads

/// A synthetic head as it truly looks from anywhere.
struct HeadTruth {
  let look: Look
  let head: Head
  /// Pixels along the side of a picture.
  let side: Int
  /// Rays along the side of a depth map.
  let rays: Int

  init(_ look: Look, _ views: HeadViews, side: Int, rays: Int) throws {
    self.look = look
    self.side = side
    self.rays = rays
    head = try views.library.blend(look.recipe)
  }

  func portrait(_ expression: FacialExpression, _ camera: PortraitCamera) -> Portrait {
    Rasterizer(supersampling: 2).render(scene(expression, camera), size: side)
  }

  func image(_ expression: FacialExpression, _ camera: PortraitCamera) -> UnitImage {
    UnitImage(portrait(expression, camera))
  }

  /// The depth of the rays that a generator casts, infinite where nothing is hit.
  func depth(_ expression: FacialExpression, _ camera: PortraitCamera) -> [Float] {
    Rasterizer(supersampling: 1).render(scene(expression, camera), size: rays).depth
  }

  private func scene(_ expression: FacialExpression, _ camera: PortraitCamera) -> Scene {
    look.scene(head, expression: expression, camera: camera)
  }
}
