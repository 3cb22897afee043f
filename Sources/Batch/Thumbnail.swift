public import Foundation
import Media

/// A small JPEG of the middle frame of a video, or of a picture.
public enum Thumbnail {
  /// Pixels of the longer side, at most.
  static let side = 192

  /// Writes one of the first of the files that is a video or a picture, if there is one.
  ///
  /// - Throws: `MediaError` where that file cannot be read
  public static func write(ofFirst files: [String], to target: URL) throws {
    let kinds = ["mp4", "mov", "mkv", "avi", "png", "jpg", "jpeg"]
    guard
      let file = files.first(where: { file in
        kinds.contains((file as NSString).pathExtension.lowercased())
      })
    else { return }
    let frame = try middleFrame(of: file).reduced(to: side)
    let writer = try VideoWriter(
      path: target.path, width: frame.width, height: frame.height, timeBase: Ratio(1, 25),
      frameRate: Ratio(25, 1), quality: 5)
    try writer.write(frame)
    try writer.finish()
  }

  static func middleFrame(of file: String) throws -> RGBFrame {
    let reader = try VideoReader(path: file)
    let middle = (reader.isStill ? 0 : reader.estimatedFrameCount ?? 0) / 2
    var last: RGBFrame?
    while let frame = try reader.next() {
      last = frame
      if frame.index >= middle { break }
    }
    guard let last else { throw MediaError(.read, file, "has no frames") }
    return last
  }
}

extension RGBFrame {
  /// The frame with its longer side at most `side` pixels long: every pixel is the mean of those
  /// that it covers.
  func reduced(to side: Int) -> RGBFrame {
    let longer = max(width, height)
    guard longer > side else {
      return RGBFrame(width: width, height: height, pixels: pixels)
    }
    let (columns, rows) = (max(1, width * side / longer), max(1, height * side / longer))
    var result: [UInt8] = []
    result.reserveCapacity(3 * columns * rows)
    for row in 0..<rows {
      let y = row * height / rows..<(row + 1) * height / rows
      for column in 0..<columns {
        let x = column * width / columns..<(column + 1) * width / columns
        var sums = SIMD3<Int>()
        for line in y {
          for place in x {
            let start = 3 * (line * width + place)
            sums &+= SIMD3(Int(pixels[start]), Int(pixels[start + 1]), Int(pixels[start + 2]))
          }
        }
        let count = y.count * x.count
        for channel in 0..<3 { result.append(UInt8((sums[channel] + count / 2) / count)) }
      }
    }
    return RGBFrame(width: columns, height: rows, pixels: result)
  }
}
