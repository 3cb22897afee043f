import Faces
import Media
import Tensors

/// Reads crops as the networks want them.
struct CropReader {
  private let eyes: EyeTracker
  private let segmentation: SelfieSegmentation

  init() throws {
    eyes = try EyeTracker()
    segmentation = try SelfieSegmentation()
  }

  /// A crop as a tensor, `[1, 3, side, side]` in -1...1.
  func image(_ crop: Frame, side: Int) throws -> Tensor {
    let values = crop.pixels.map { Float($0) / 127.5 - 1 }
    let whole = try Tensor(values, [1, crop.height, crop.width, 3]).permuted(0, 3, 1, 2)
    return try whole.resized(height: side, width: side, antialiased: true)
  }

  /// Where the person is, `[1, 1, side, side]` in 0...1.
  /// - Parameter image: `[1, 3, side, side]` in -1...1
  func mask(_ image: Tensor) throws -> Tensor {
    let side = image.shape[2]
    return try withoutGradients {
      let seen = try segmentation(
        ((image + 1) * 0.5).resized(height: 256, width: 256, antialiased: true))
      return try seen.resized(height: side, width: side, antialiased: true).clamped(0, 1)
    }
  }

  /// The face of a crop in its own pixels, `side` a row.
  func face(_ entry: FaceTrack.Entry, side: Int) throws -> Face {
    let points = try entry.landmarks.points.map { point -> SIMD3<Double> in
      let place = entry.crop.place(SIMD2(point.x, point.y)) * Double(side)
      return SIMD3(place.x, place.y, point.z / entry.crop.side * Double(side))
    }
    return Face(points: points, confidence: entry.confidence)
  }

  /// Face and eyes of a crop.
  func landmarks(_ crop: Frame, _ entry: FaceTrack.Entry) throws -> FaceLandmarks {
    try eyes.landmarks(of: try face(entry, side: crop.width), in: RGBView(crop))
  }
}
