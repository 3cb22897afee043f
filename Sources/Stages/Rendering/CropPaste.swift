import Faces
import Foundation
import Media
import Tensors

/// Puts a square picture where a crop was, faded at its edge.
struct CropPaste {
  private let crop: CropFrame
  /// In sides of the crop.
  private let feather: Double

  init(_ crop: CropFrame, feather: Double) { (self.crop, self.feather) = (crop, feather) }

  /// - Parameters:
  ///   - picture: a square of any size
  ///   - frame: that was cropped
  func paste(_ picture: Frame, into frame: inout Frame) throws {
    let side = max(1, Int(crop.side.rounded()))
    let colors = try sized(picture, side)
    let corners = [SIMD2(0.0, 0.0), SIMD2(0, 1), SIMD2(1, 0), SIMD2(1, 1)].map { crop.pixel($0) }
    func pixels(_ coordinates: [Double], below limit: Int) -> Range<Int> {
      let low = max(0, Int((coordinates.min() ?? 0).rounded(.down)))
      let high = min(limit, Int((coordinates.max() ?? 0).rounded(.up)))
      return low..<max(low, high)
    }
    let columns = pixels(corners.map(\.x), below: frame.width)
    for y in pixels(corners.map(\.y), below: frame.height) {
      let first = crop.place(SIMD2(0.5, Double(y) + 0.5))
      let step = crop.place(SIMD2(1.5, Double(y) + 0.5)) - first
      for x in columns {
        let place = first + Double(x) * step
        let share = share(place)
        guard share > 0 else { continue }
        let at = 3 * (y * frame.width + x)
        let color = Self.color(colors, side, place)
        for channel in 0..<3 {
          let old = Float(frame.pixels[at + channel])
          let mixed = old + (color[channel] - old) * share
          frame.pixels[at + channel] = UInt8(max(0, min(255, mixed.rounded())))
        }
      }
    }
  }

  /// How much of the picture is shown at a place in the crop: 0 beyond it, 1 away from its edge.
  private func share(_ place: SIMD2<Double>) -> Float {
    let inside = min(place.min(), 1 - place.max())
    guard inside > 0 else { return 0 }
    guard inside < feather else { return 1 }
    let part = inside / feather
    return Float(part * part * (3 - 2 * part))
  }

  /// The picture at another size, `[side, side, 3]` in 0...255.
  private func sized(_ picture: Frame, _ side: Int) throws -> [Float] {
    let values = picture.pixels.map(Float.init)
    guard picture.width != side else { return values }
    return try Tensor(values, [1, picture.height, picture.width, 3]).permuted(0, 3, 1, 2)
      .resized(height: side, width: side, antialiased: true).permuted(0, 2, 3, 1).contiguous()
      .floats()
  }

  /// The color at a place, mixed of the four pixels around it.
  private static func color(
    _ colors: [Float], _ side: Int, _ place: SIMD2<Double>
  ) -> SIMD3<Float> {
    let spot = place * Double(side) - 0.5
    let low = SIMD2(spot.x.rounded(.down), spot.y.rounded(.down))
    let part = SIMD2<Float>(spot - low)
    func pixel(_ right: Int, _ down: Int) -> SIMD3<Float> {
      let x = max(0, min(side - 1, Int(low.x) + right))
      let y = max(0, min(side - 1, Int(low.y) + down))
      let at = 3 * (y * side + x)
      return SIMD3(colors[at], colors[at + 1], colors[at + 2])
    }
    let top = pixel(0, 0) * (1 - part.x) + pixel(1, 0) * part.x
    let bottom = pixel(0, 1) * (1 - part.x) + pixel(1, 1) * part.x
    return top * (1 - part.y) + bottom * part.y
  }
}
