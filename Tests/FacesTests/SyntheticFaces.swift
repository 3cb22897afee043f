import Faces
import Foundation
import Heads
import Media
import TestSupport
import Tensors
import Testing

/// Renders synthetic heads and finds their faces.
struct SyntheticFaces {
  static let size = 384
  /// The whole picture.
  static let frame = CropFrame(
    center: SIMD2(Double(size), Double(size)) / 2, side: Double(size))

  let library: HeadLibrary
  private let finder: FaceFinder
  private let rasterizer = Rasterizer()

  init(names: [String]? = nil) throws {
    Torch.threads = 1
    library = try HeadLibrary(
      folder: Shared.folder.appendingPathComponent("data/heads"), textureSize: 512, names: names
    ) { url in
      let frame = try ImageFile.read(url.path)
      return RGBImage(width: frame.width, height: frame.height, pixels: frame.pixels)
    }
    // Some grimaces of these heads are doubtful faces, but all are meant to be faces.
    finder = try FaceFinder(recognition: FaceFinder.threshold)
  }

  func face(_ scene: Scene) throws -> Face { try seen(scene).face }

  func image(_ scene: Scene) -> RGBView {
    RGBView(
      width: Self.size, height: Self.size,
      pixels: rasterizer.render(scene, size: Self.size).image.pixels)
  }

  /// With noise of a deviation of 3 of 255, as cameras have.
  func image(_ scene: Scene, noisyBy random: inout RandomSource) throws -> RGBView {
    let pixels = rasterizer.render(scene, size: Self.size).image.pixels
    let noise = try random.normal([pixels.count]).floats()
    return RGBView(
      width: Self.size, height: Self.size,
      pixels: zip(pixels, noise).map { UInt8(min(max((Float($0) + 3 * $1).rounded(), 0), 255)) })
  }

  func seen(_ scene: Scene) throws -> (face: Face, image: RGBView) {
    let image = image(scene)
    return (try #require(FaceSelection.largest.choice(of: finder.faces(in: image))), image)
  }
}

extension HeadPose {
  /// The same camera in this room's words.
  init(_ camera: PortraitCamera) {
    let axes = camera.axes
    let arm = HeadPose.pivotPoint - camera.position
    self.init(
      yaw: camera.yaw, pitch: camera.pitch, roll: camera.roll,
      pivot: SIMD3(
        (arm * axes.right).sum(), (arm * axes.down).sum(), (arm * axes.forward).sum()))
  }
}
