import Foundation
import Tensors

/// A picture of 8-bit RGB pixels, row by row from the top.
public struct RGBView: Sendable {
  public let width: Int
  public let height: Int
  let pixels: [UInt8]

  public init(width: Int, height: Int, pixels: [UInt8]) {
    precondition(pixels.count == 3 * width * height, "a picture needs 3 bytes a pixel")
    self.width = width
    self.height = height
    self.pixels = pixels
  }

  /// - Parameter tensor: `[3, height, width]` or `[1, 3, height, width]`, in 0...1
  public init(_ tensor: Tensor) throws {
    let size = Array(tensor.shape.suffix(3))
    let values = try (tensor.reshaped(size).permuted(1, 2, 0) * 255).contiguous().floats()
    self.init(
      width: size[2], height: size[1],
      pixels: values.map { UInt8(min(max($0, 0), 255).rounded()) })
  }

  /// What a crop shows outside of the picture.
  public enum Outside: Sendable { case black, edge }

  /// The crop at `frame`, resampled to `size` × `size` pixels.
  ///
  /// Each pixel is the mean of bilinear samples spread evenly over its area, at most 8 × 8 of them: cheap
  /// whatever the size of the picture, and without aliasing down to an eighth.
  /// - Returns: `[1, 3, size, size]` in 0...1
  public func cropped(
    _ frame: CropFrame, size: Int, outside: Outside = .edge
  ) throws -> Tensor {
    let taps = min(max(Int((frame.side / Double(size) / 1.25).rounded()), 1), 8)
    let count = size * taps
    let origin = frame.pixel(SIMD2(0, 0)) - 0.5
    let across = SIMD2<Float>((frame.pixel(SIMD2(1, 0)) - 0.5 - origin) / Double(count))
    let down = SIMD2<Float>((frame.pixel(SIMD2(0, 1)) - 0.5 - origin) / Double(count))
    let start = SIMD2<Float>(origin)
    let plane = size * size
    let weight = 1 / (255 * Float(taps * taps))
    let values = [Float](unsafeUninitializedCapacity: 3 * plane) { output, written in
      written = 3 * plane
      pixels.withUnsafeBufferPointer { source in
        let sampler = Sampler(source, width, height, outside)
        for row in 0..<size {
          for column in 0..<size {
            var sum = SIMD3<Float>.zero
            for i in 0..<taps {
              let y = Float(row * taps + i) + 0.5
              for j in 0..<taps {
                let x = Float(column * taps + j) + 0.5
                sum += sampler[start + x * across + y * down]
              }
            }
            sum *= weight
            let place = row * size + column
            output[place] = sum.x
            output[plane + place] = sum.y
            output[2 * plane + place] = sum.z
          }
        }
      }
    }
    return try Tensor(values, [1, 3, size, size])
  }
}

/// Bilinear samples of a picture between pixels whose centers have whole coordinates.
private struct Sampler {
  private let source: UnsafeBufferPointer<UInt8>
  private let limit: SIMD2<Int32>
  private let width: Int
  private let outside: RGBView.Outside

  init(
    _ source: UnsafeBufferPointer<UInt8>, _ width: Int, _ height: Int, _ outside: RGBView.Outside
  ) {
    self.source = source
    self.width = width
    self.outside = outside
    limit = SIMD2(Int32(width) - 1, Int32(height) - 1)
  }

  subscript(_ point: SIMD2<Float>) -> SIMD3<Float> {
    let low = point.rounded(.down)
    let part = point - low
    let whole = SIMD2<Int32>(truncatingIfNeeded: SIMD2<Int>(Int(low.x), Int(low.y)))
    if outside == .black, any(whole .< -1) || any(whole .> limit) { return .zero }
    let near = whole.clamped(lowerBound: .zero, upperBound: limit)
    let far = (whole &+ 1).clamped(lowerBound: .zero, upperBound: limit)
    let top = self[near.x, near.y] * (1 - part.x) + self[far.x, near.y] * part.x
    let bottom = self[near.x, far.y] * (1 - part.x) + self[far.x, far.y] * part.x
    return top * (1 - part.y) + bottom * part.y
  }

  private subscript(_ x: Int32, _ y: Int32) -> SIMD3<Float> {
    let place = 3 * (Int(y) * width + Int(x))
    return SIMD3(Float(source[place]), Float(source[place + 1]), Float(source[place + 2]))
  }
}
