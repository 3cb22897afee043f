/// A camera made ready for many points: from meters of the head to samples of the picture.
struct View {
  /// From meters to camera axes in world units.
  let map: Affine
  /// Samples for one unit of x/z.
  let focal: Float
  /// The middle of the picture in samples.
  let center: Float
  /// Where the camera stands, in meters of the head.
  let eye: Vector

  init(_ camera: PortraitCamera, samples: Int) {
    let (right, down, forward) = camera.axes
    let position = camera.position
    let shift = SIMD3<Double>(PortraitCamera.eyes) - position
    func column(_ axis: Int) -> Vector {
      PortraitCamera.scale
        * Vector(Float(right[axis]), Float(down[axis]), Float(forward[axis]), 0)
    }
    map = Affine(
      x: column(0), y: column(1), z: column(2),
      translation: Vector(
        Float((shift * right).sum()), Float((shift * down).sum()), Float((shift * forward).sum()),
        0))
    focal = Float(camera.focal) * Float(samples)
    center = Float(samples) / 2
    eye = Vector(
      (SIMD3<Float>(position) - PortraitCamera.eyes) / PortraitCamera.scale)
  }
}
