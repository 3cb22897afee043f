public import Heads
public import Media
public import Tensors

/// A picture to be measured: planes of red, green and blue with values kept in 0...1.
public struct UnitImage: Sendable, Equatable {
  public let width: Int
  public let height: Int
  /// `[3, height, width]`.
  public let values: [Float]

  /// - Parameter values: `[3, height, width]`, clamped to 0...1
  public init(width: Int, height: Int, values: [Float]) {
    precondition(
      values.count == 3 * width * height,
      "\(width) × \(height) RGB pixels must be \(3 * width * height) values, not \(values.count)")
    self.width = width
    self.height = height
    // A number that is none becomes 1.
    self.values = values.map { max(0, min(1, $0)) }
  }

  /// - Parameter image: `[3, height, width]` or `[1, 3, height, width]`, in -1...1
  public init(_ image: Tensor) throws {
    let shape = image.shape
    let count = shape.suffix(3).reduce(1, *)
    guard shape.count >= 3, shape[shape.count - 3] == 3, image.count == count else {
      throw TensorError(operation: "image", reason: "shape \(shape) is not one RGB picture")
    }
    self.init(
      width: shape[shape.count - 1], height: shape[shape.count - 2],
      values: try (image * 0.5 + 0.5).contiguous().floats())
  }

  public init(_ frame: RGBFrame) {
    self.init(interleaved: frame.pixels.map { Float($0) / 255 }, frame.width, frame.height)
  }

  public init(_ portrait: Portrait) {
    self.init(interleaved: portrait.rgb, portrait.size, portrait.size)
  }

  private init(interleaved: [Float], _ width: Int, _ height: Int) {
    let plane = width * height
    var values = [Float](repeating: 0, count: 3 * plane)
    for pixel in 0..<plane {
      for channel in 0..<3 { values[channel * plane + pixel] = interleaved[3 * pixel + channel] }
    }
    self.init(width: width, height: height, values: values)
  }

  /// The picture in another size, bilinear and without aliasing.
  public func resized(width: Int, height: Int) throws -> UnitImage {
    let tensor = try Tensor(values, [1, 3, self.height, self.width])
    let resized = try tensor.resized(height: height, width: width, antialiased: true)
    return UnitImage(width: width, height: height, values: try resized.contiguous().floats())
  }

  /// Values in -1...1, `[1, 3, height, width]`.
  public func tensor() throws -> Tensor {
    try Tensor(values.map { $0 * 2 - 1 }, [1, 3, height, width])
  }
}
