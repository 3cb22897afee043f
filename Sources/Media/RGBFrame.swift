/// A picture of 8-bit RGB and the time at which it is shown.
public struct RGBFrame: Sendable, Equatable {
  /// Pixels of a row.
  public let width: Int
  /// Rows.
  public let height: Int
  /// `[height, width, 3]`: red, green, blue of every pixel, row by row from the top, no padding.
  public var pixels: [UInt8]
  public var time: MediaTime
  /// How long the frame is shown, where that is known.
  public var duration: MediaTime?
  /// Counts the frames of one video from 0.
  public var index: Int

  public init(
    width: Int, height: Int, pixels: [UInt8], time: MediaTime = .zero, duration: MediaTime? = nil,
    index: Int = 0
  ) {
    precondition(
      pixels.count == 3 * width * height,
      "\(width) × \(height) RGB pixels must be \(3 * width * height) bytes, not \(pixels.count)")
    self.width = width
    self.height = height
    self.pixels = pixels
    self.time = time
    self.duration = duration
    self.index = index
  }
}
