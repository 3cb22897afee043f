/// A picture of 8-bit sRGB pixels.
public struct RGBImage: Sendable, Equatable {
  public let width: Int
  public let height: Int
  /// Red, green and blue of every pixel, row by row from the top.
  public let pixels: [UInt8]

  public init(width: Int, height: Int, pixels: [UInt8]) {
    precondition(pixels.count == width * height * 3, "'pixels' must hold width x height x 3 bytes")
    self.width = width
    self.height = height
    self.pixels = pixels
  }

  /// The picture with whole blocks averaged, or pixels repeated where it must grow.
  ///
  /// - Returns: nil where the sizes are not whole multiples of each other
  func resized(width newWidth: Int, height newHeight: Int) -> RGBImage? {
    if newWidth == width, newHeight == height { return self }
    if newWidth > width {
      guard newWidth % width == 0, newHeight * width == height * newWidth else { return nil }
      let factor = newWidth / width
      var result = [UInt8](repeating: 0, count: newWidth * newHeight * 3)
      for row in 0..<newHeight {
        for column in 0..<newWidth {
          let source = ((row / factor) * width + column / factor) * 3
          let target = (row * newWidth + column) * 3
          for channel in 0..<3 { result[target + channel] = pixels[source + channel] }
        }
      }
      return RGBImage(width: newWidth, height: newHeight, pixels: result)
    }
    guard newWidth > 0, newHeight > 0, width % newWidth == 0, height % newHeight == 0
    else { return nil }
    return averaged(width: newWidth, height: newHeight)
  }

  private func averaged(width newWidth: Int, height newHeight: Int) -> RGBImage {
    let (across, down) = (width / newWidth, height / newHeight)
    let half = across * down / 2
    let result = [UInt8](unsafeUninitializedCapacity: newWidth * newHeight * 3) { buffer, count in
      count = newWidth * newHeight * 3
      pixels.withUnsafeBufferPointer { source in
        for row in 0..<newHeight {
          for column in 0..<newWidth {
            for channel in 0..<3 {
              var sum = half
              for y in row * down..<(row + 1) * down {
                for x in column * across..<(column + 1) * across {
                  sum += Int(source[(y * width + x) * 3 + channel])
                }
              }
              buffer[(row * newWidth + column) * 3 + channel] = UInt8(sum / (across * down))
            }
          }
        }
      }
    }
    return RGBImage(width: newWidth, height: newHeight, pixels: result)
  }
}
