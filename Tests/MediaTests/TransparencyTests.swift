import Foundation
import Media
import TestSupport
import Testing

/// PNG pictures that another program wrote, of one opaque, one hidden and one half hidden pixel.
@Suite struct TransparencyTests {
  let shop: Workshop

  init() throws { shop = try Workshop() }

  private func read(_ base64: String) throws -> RGBFrame {
    let path = shop.path("a.png")
    try #require(Data(base64Encoded: base64)).write(to: URL(fileURLWithPath: path))
    return try ImageFile.read(path)
  }

  @Test(arguments: [
    // Four channels, and a palette of three colors.
    "iVBORw0KGgoAAAANSUhEUgAAAAMAAAABCAYAAAAb4BS0AAAAFUlEQVR4nGM4wWXzn0tEjiGF4X8DABrIBC2XQJVuAAAAAElFTkSuQmCC",
    "iVBORw0KGgoAAAANSUhEUgAAAAMAAAABCAMAAAAsPuSGAAAACVBMVEXICjwKFB5kAP+YniWHAAAAA3RSTlP/AICpVnMTAAAADElEQVR4nGNgYGQCAAAIAAQ24LCmAAAAAElFTkSuQmCC",
  ]) func whatIsHiddenIsWhite(base64: String) throws {
    let frame = try read(base64)
    #expect(pixel(frame, 0, 0) == [200, 10, 60])
    #expect(pixel(frame, 1, 0) == [255, 255, 255])
    // (100 · 128 + 255 · 127) / 255 = 177.2, (255 · 127) / 255 = 127, 255.
    #expect(pixel(frame, 2, 0) == [177, 127, 255])
  }

  @Test func grayHasItToo() throws {
    let frame = try read(
      "iVBORw0KGgoAAAANSUhEUgAAAAMAAAABCAQAAACx6dw/AAAAD0lEQVR4nGM48Z+LIaUBAAsiArYSEU4AAAAAAElFTkSuQmCC"
    )
    #expect(pixel(frame, 0, 0) == [200, 200, 200])
    #expect(pixel(frame, 1, 0) == [255, 255, 255])
    #expect(pixel(frame, 2, 0) == [177, 177, 177])
  }

  /// Some writers leave the fourth byte 0 everywhere and mean nothing by it.
  @Test func pictureThatHidesAllIsShown() throws {
    let frame = try read(
      "iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAYAAAD0In+KAAAAEUlEQVR4nGM4wWXDwCUixwAACJcBS6oiNHQAAAAASUVORK5CYII="
    )
    #expect(pixel(frame, 0, 0) == [200, 10, 60])
    #expect(pixel(frame, 1, 0) == [10, 20, 30])
  }
}
