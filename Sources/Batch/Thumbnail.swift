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
