import Faces
import Foundation
import Tensors
import Testing

@Suite struct CropFrameTests {
  @Test func placesAndPixelsAreInverse() {
    let frame = CropFrame(center: SIMD2(412.5, 96.25), side: 301.7, roll: -0.7)
    for place in [SIMD2(0.0, 0.0), SIMD2(1, 0), SIMD2(0.2, 0.9), SIMD2(-3, 2)] {
      #expect(gap(frame.place(frame.pixel(place)), place) < 1e-12)
    }
    #expect(frame.pixel(SIMD2(0.5, 0.5)) == frame.center)
  }

  @Test func aCropOfTheWholePictureAtItsSizeIsThePicture() throws {
    let pixels = (0..<16 * 16 * 3).map { UInt8($0 * 37 % 256) }
    let image = RGBView(width: 16, height: 16, pixels: pixels)
    let crop = try image.cropped(CropFrame(around: image), size: 16)
    let values = try crop.reshaped(3, 16, 16).permuted(1, 2, 0).contiguous().floats()
    for (value, pixel) in zip(values, pixels) { #expect(abs(value * 255 - Float(pixel)) < 1e-3) }
    #expect(try RGBView(crop).cropped(CropFrame(around: image), size: 16).floats() == crop.floats())
  }

  @Test func aPlaneIsSampledExactlyWhateverTheTurnAndScale() throws {
    // Red grows with x and green with y, so that a crop shows where it was taken.
    let (width, height) = (240, 200)
    let pixels: [UInt8] = (0..<width * height).flatMap {
      [UInt8($0 % width), UInt8($0 / width), 7] as [UInt8]
    }
    let image = RGBView(width: width, height: height, pixels: pixels)
    for (side, roll) in [(20.0, 0.4), (90, -1.2), (120, 0)] {
      let frame = CropFrame(center: SIMD2(118, 104), side: side, roll: roll)
      let values = try image.cropped(frame, size: 16).floats()
      for (column, row) in [(0, 0), (15, 3), (7, 12)] {
        let pixel = frame.pixel(SIMD2(Double(column) + 0.5, Double(row) + 0.5) / 16)
        #expect(abs(Double(values[16 * row + column]) * 255 + 0.5 - pixel.x) < 0.02)
        #expect(abs(Double(values[256 + 16 * row + column]) * 255 + 0.5 - pixel.y) < 0.02)
      }
    }
  }

  @Test func aSquareThatApproachesAnotherStopsAtTheSlack() {
    let frame = CropFrame(center: SIMD2(100, 80), side: 50, roll: 3.1)
    let near = CropFrame(center: SIMD2(100.6, 80.8), side: 50 * 1.019, roll: 3.1 - 0.019)
    #expect(frame.approaching(near, slack: 0.02) == frame)
    // Off by a fifth of the side to the right, by twice its size, and by 0.1 over the end of the circle.
    let far = CropFrame(center: SIMD2(120, 80), side: 100, roll: 3.2 - 2 * .pi)
    let next = frame.approaching(far, slack: 0.02)
    #expect(gap(next.center, SIMD2(118, 80)) < 1e-9)
    #expect(abs(log(far.side / next.side) - 0.02) < 1e-9)
    #expect(abs(next.roll - 3.18) < 1e-9)
  }

  @Test func shrinkingAverages() throws {
    let pixels: [UInt8] = (0..<64 * 64).flatMap { place in
      [UInt8](repeating: (place % 64 + place / 64) % 2 == 0 ? 0 : 255, count: 3)
    }
    let image = RGBView(width: 64, height: 64, pixels: pixels)
    let values = try image.cropped(CropFrame(around: image), size: 16).floats()
    for value in values { #expect(abs(value - 0.5) < 0.01) }
  }
}
