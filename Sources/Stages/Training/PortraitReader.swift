import Faces
import Foundation
import Media
import PV3D
import Tensors

/// Reads pictures as `PortraitView`s, as the stages crop, place and cut them out.
struct PortraitReader {
  private let finder: FaceFinder
  private let framing: HeadFraming
  private let reader: CropReader
  private let regression: MotionRegression
  /// Pixels along each side of a crop.
  let side: Int
  let motionLength: Int
  /// The smallest crop in pixels of the picture that is not too coarse.
  let least: Double

  init(side: Int, motionLength: Int, least: Double) throws {
    (self.side, self.motionLength, self.least) = (side, motionLength, least)
    finder = try FaceFinder()
    framing = try HeadFraming()
    reader = try CropReader()
    regression = try MotionRegression()
  }

  /// - Throws: `FaceLost` where there is no face, or one too small
  func portrait(_ path: String, name: String) throws -> PortraitView {
    let picture = try ImageFile.read(path)
    let view = RGBView(width: picture.width, height: picture.height, pixels: picture.pixels)
    guard let face = try finder.face(in: view, after: nil, selection: .largest) else {
      throw FaceLost("there is no face")
    }
    let framed = framing.framed(face)
    guard framed.crop.side >= least else {
      throw FaceLost(
        String(
          format: "the face's crop has %.0f pixels a side, %.0f are wanted", framed.crop.side,
          least))
    }
    let crop = try view.crop(framed.crop, size: side)
    let entry = FaceTrack.Entry(
      sourceIndex: 0, time: MediaTime(0, 25), origin: .found, crop: framed.crop,
      landmarks: Landmarks(face.points), confidence: face.confidence)
    var moved = MotionTrack(regression)
    moved.add(try reader.landmarks(crop, entry))
    let image = try reader.image(crop, side: side)
    let mask = try reader.mask(image)
    return PortraitView(
      name: name, side: side,
      view: ViewGroup.View(
        label: Camera(label: framed.pose.label).label,
        colors: try (image * mask).permuted(0, 2, 3, 1).contiguous().floats(),
        depths: Array(repeating: .infinity, count: side * side), mask: try mask.floats()),
      motion: Inversion.motion(moved, length: motionLength)[0])
  }
}
