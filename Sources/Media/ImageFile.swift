public import Foundation

/// Reads and writes one picture.
public enum ImageFile {
  /// The upright picture at `path`, or the first frame of a video.
  public static func read(_ path: String) throws -> RGBFrame {
    guard let frame = try VideoReader(path: path).next() else {
      throw MediaError(.read, path, "holds no picture")
    }
    return frame
  }

  /// Writes a `.png`, or a `.jpg` with a quantizer from 1, the best, to 31.
  public static func write(
    _ frame: RGBFrame, _ path: String, quality: Int? = nil, comment: String? = nil
  ) throws {
    let container = try Container(path: path)
    guard container.isStill else {
      throw MediaError(.write, path, "a picture must end in .png, .jpg or .jpeg")
    }
    let rate = Ratio(25, 1)
    let writer = try VideoWriter(
      path: path, width: frame.width, height: frame.height, timeBase: rate.inverse,
      frameRate: rate, quality: quality, metadata: comment.map { ["comment": $0] } ?? [:])
    try writer.write(frame)
    try writer.finish()
  }

  /// A picture as the bytes of a JPEG file, with a quantizer from 1, the best, to 31.
  public static func jpeg(_ frame: RGBFrame, quality: Int? = nil) throws -> Data {
    let place = FileManager.default.temporaryDirectory
      .appendingPathComponent("\(UUID().uuidString).jpg")
    defer { try? FileManager.default.removeItem(at: place) }
    try write(frame, place.path, quality: quality)
    guard let data = FileManager.default.contents(atPath: place.path) else {
      throw MediaError(.read, place.path, "cannot be read")
    }
    return data
  }
}
