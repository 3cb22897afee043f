import Faces
import Foundation
import Media
import TestSupport
import Tensors
import Testing

@Suite(.enabled(if: Shared.has("clips"))) struct FaceFinderTests {
  static let finder = Result { try FaceFinder() }
  let finder: FaceFinder

  init() throws {
    Torch.threads = 1
    finder = try Self.finder.get()
  }

  @Test(arguments: [0, 1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 42])
  func aStillShowsOneFace(_ number: Int) throws {
    let faces = try finder.faces(in: RGBView(clip: "still/s\(number).jpg"))
    #expect(faces.count == 1)
  }

  @Test(arguments: [22, 33, 36]) func anAnimalIsNoFace(_ number: Int) throws {
    #expect(try finder.faces(in: RGBView(clip: "noface/s\(number).jpg")).isEmpty)
  }

  @Test func anEmptyPictureShowsNoFace() throws {
    let gray = RGBView(
      width: 320, height: 200, pixels: [UInt8](repeating: 128, count: 3 * 320 * 200))
    #expect(try finder.faces(in: gray).isEmpty)
  }

  @Test func aFaceThatIsTurnedInThePictureIsFoundAtItsPlace() throws {
    let image = try RGBView(clip: "still/s42.jpg")
    let upright = try #require(finder.faces(in: image).first)
    let frame = CropFrame(center: SIMD2(256, 256), side: 720, roll: 0.4)
    let turned = try RGBView(image.cropped(frame, size: 512))
    let face = try #require(finder.faces(in: turned).first)
    for landmark in [4, 33, 263, 61, 291] {
      let back = frame.pixel(face.pixel(landmark) / 512)
      #expect(gap(back, upright.pixel(landmark)) < 0.03 * upright.size)
    }
  }

  @Test func severalFacesAreGivenFromTheLeftAndCanBeChosen() throws {
    // Two portraits side by side, the right one larger.
    func tile(_ clip: String, side: Double) throws -> Tensor {
      let image = try RGBView(clip: clip)
      let center = SIMD2(Double(image.width), Double(image.height)) / 2
      return try image.cropped(CropFrame(center: center, side: side), size: 400)
    }
    let image = try RGBView(
      .concatenated([tile("still/s1.jpg", side: 2300), tile("still/s42.jpg", side: 700)], 3))
    let faces = try finder.faces(in: image)
    try #require(faces.count == 2)
    #expect(faces[0].center.x < 400 && faces[1].center.x > 400)
    #expect(FaceSelection.largest.choice(of: faces)?.center == faces[1].center)
    #expect(FaceSelection.index(0).choice(of: faces)?.center == faces[0].center)
    #expect(FaceSelection.index(2).choice(of: faces) == nil)
    #expect(FaceSelection.nearest(x: 90, y: 0).choice(of: faces)?.center == faces[0].center)
  }

  @Test func aFaceIsFollowedThroughAVideo() throws {
    let path = Shared.folder.appendingPathComponent("clips/video/d12.mp4").path
    let reader = try VideoReader(path: path)
    var face: Face?
    for _ in 0..<60 {
      guard let frame = try reader.next() else { break }
      let next = try #require(try finder.face(in: RGBView(frame), after: face))
      if let face {
        #expect(gap(face.center, next.center) < 0.3 * face.size)
      }
      face = next
    }
  }

  @Test(arguments: ["s0", "s5", "s9", "s12", "s42"])
  func aFaceOfEqualFramesStaysWhereItIs(_ name: String) throws {
    let image = try RGBView(clip: "still/\(name).jpg")
    let first = try #require(finder.faces(in: image).first)
    var face = first
    for _ in 0..<4 { face = try #require(try finder.followed(face, in: image)) }
    #expect(face.points == first.points)
  }

  @Test func aFaceThatIsGoneIsNotFollowed() throws {
    let face = try #require(finder.faces(in: RGBView(clip: "still/s42.jpg")).first)
    let empty = RGBView(
      width: 512, height: 512, pixels: [UInt8](repeating: 90, count: 3 * 512 * 512))
    #expect(try finder.followed(face, in: empty) == nil)
    #expect(try finder.face(in: empty, after: face) == nil)
  }

  @Test func theMatteCoversThePersonAndLeavesTheBackground() throws {
    let image = try RGBView(clip: "still/s12.jpg")
    let frame = CropFrame(around: image)
    let face = try #require(finder.faces(in: image).first)
    let matte = try withoutGradients {
      try SelfieSegmentation()(image.cropped(frame, size: 256)).floats()
    }
    for landmark in [4, 10, 152, 234, 454] {
      let place = frame.place(face.pixel(landmark)) * 256
      #expect(matte[256 * Int(place.y) + Int(place.x)] > 0.95)
    }
    for column in [40, 128, 215] { #expect(matte[256 * 4 + column] < 0.05) }
  }

  @Test func theIrisLiesBetweenTheCornersOfItsEye() throws {
    let image = try RGBView(clip: "still/s42.jpg")
    let face = try #require(finder.faces(in: image).first)
    let network = try IrisLandmarks()
    for (side, corners) in [(IrisLandmarks.Side.left, (362, 263)), (.right, (33, 133))] {
      let eye = try network.eye(side, of: face, in: image)
      let iris = eye.iris
      let (a, b) = (face.pixel(corners.0), face.pixel(corners.1))
      #expect(gap(iris[0], (a + b) / 2) < 0.25 * (b - a).x)
      let radius = iris[1...].map { gap($0, iris[0]) }.reduce(0, +) / 4
      #expect(abs(eye.opening - 0.4) < 0.15)
      #expect(radius > 0.15 * (b - a).x && radius < 0.35 * (b - a).x)
    }
  }
}
