import Batch
import Foundation
import Media
import TestSupport
import Testing

@Suite struct ThumbnailTests {
  let shop: Workshop

  init() throws { shop = try Workshop("thumbnail") }

  @Test func theMiddleFrameIsShownSmall() throws {
    let video = try VideoWriter(
      path: shop.path("in.mkv"), width: 400, height: 200, timeBase: Ratio(1, 25),
      frameRate: Ratio(25, 1), codec: .ffv1)
    for index in 0..<9 {
      let gray = UInt8(20 * index)
      try video.write(
        RGBFrame(
          width: 400, height: 200, pixels: Array(repeating: gray, count: 3 * 400 * 200),
          time: MediaTime(Int64(index), 25), index: index))
    }
    try video.finish()
    let target = URL(fileURLWithPath: shop.path("out.jpg"))
    try Thumbnail.write(ofFirst: [shop.path("mesh.glb"), shop.path("in.mkv")], to: target)
    let picture = try #require(try VideoReader(path: target.path).next())
    #expect(picture.width == 192 && picture.height == 96)
    // Frame 4 of 0 to 8 is 80; JPEG is off by a few.
    #expect(picture.pixels.allSatisfy { abs(Int($0) - 80) <= 3 })
  }

  @Test func whereThereIsNoPictureNoneIsMade() throws {
    let target = URL(fileURLWithPath: shop.path("out.jpg"))
    try Thumbnail.write(ofFirst: [shop.path("mesh.glb")], to: target)
    #expect(try shop.names == [])
  }
}
