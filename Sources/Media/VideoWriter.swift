import Foundation

/// Encodes RGB frames to a video, a still or numbered images.
///
/// The path's extension chooses the container. Frames keep their own times, to the tick of `timeBase`;
/// `.mkv` rounds times to 1/1000 s and `.avi` to its constant rate. The file is written under a hidden
/// name beside its own and renamed when whole; without `finish` nothing is left.
///
/// A pattern as `frame-%04d.png` writes numbered images from 0, which all appear at `finish`.
public final class VideoWriter: @unchecked Sendable {
  // Unchecked: used by one task at a time, as an iterator is.
  private let target: EncodedFile.Target
  private let pattern: ImagePattern?
  private var files: [EncodedFile] = []

  public let path: String
  /// The number of frames written.
  public private(set) var frameCount = 0

  /// Creates the file and writes its header.
  ///
  /// - Parameters:
  ///   - width: pixels of a row of every frame
  ///   - height: rows of every frame
  ///   - timeBase: seconds of one tick, as the source's; `frameRate.inverse` for a constant rate
  ///   - frameRate: nominal frames a second
  ///   - codec: nil for that of the extension: H.264, PNG or JPEG
  ///   - quality: constant rate factor 0…51 of H.264 and H.265 (18), quantizer 1…31 of JPEG (2)
  ///   - audioPath: a file whose audio streams are copied as they are; where the frames end before
  ///     that file's video does, its audio is cut at the packet
  ///   - metadata: keys that the container knows, as `title` and `comment`; images hold a comment
  public init(
    path: String, width: Int, height: Int, timeBase: Ratio, frameRate: Ratio,
    codec: VideoCodec? = nil, quality: Int? = nil, audioFrom audioPath: String? = nil,
    metadata: [String: String] = [:]
  ) throws {
    func wrong(_ message: String) -> MediaError { MediaError(.write, path, message) }
    let (container, codec, quality) = try Self.checked(path: path, codec: codec, quality: quality)
    // FFmpeg's FFV1 writes nothing but black when a side is one pixel.
    let sides = (codec == .ffv1 ? 2 : 1)...16384
    guard sides ~= width, sides ~= height else {
      throw wrong(
        "width and height must be from \(sides.lowerBound) to \(sides.upperBound), "
          + "not \(width) × \(height)")
    }
    guard frameRate.numerator > 0, frameRate.denominator > 0 else {
      throw wrong("the frame rate must be above 0, not \(frameRate)")
    }
    guard timeBase.numerator > 0, timeBase.denominator > 0 else {
      throw wrong("the time base must be above 0, not \(timeBase)")
    }
    guard audioPath == nil || !container.isStill else { throw wrong("images hold no audio") }
    if let audioPath, !FileManager.default.fileExists(atPath: audioPath) {
      throw MediaError(.read, audioPath, "does not exist")
    }
    self.path = path
    pattern = container.isStill ? ImagePattern(path) : nil
    target = EncodedFile.Target(
      container: container, codec: codec, width: width, height: height,
      timeBase: container == .avi ? frameRate.inverse : timeBase, frameRate: frameRate,
      quality: quality, audioPath: audioPath, metadata: metadata)
    files =
      if let pattern { [try EncodedFile(path: pattern.path(0), target: target)] } else {
        [try EncodedFile(path: path, target: target)]
      }
  }

  /// Throws where no frames at all could be written so.
  public static func check(path: String, codec: VideoCodec? = nil, quality: Int? = nil) throws {
    _ = try checked(path: path, codec: codec, quality: quality)
  }

  private static func checked(
    path: String, codec: VideoCodec?, quality: Int?
  ) throws -> (Container, VideoCodec, quality: Int) {
    func wrong(_ message: String) -> MediaError { MediaError(.write, path, message) }
    let container = try Container(path: path)
    let codec = codec ?? container.defaultCodec
    let quality = quality ?? codec.defaultQuality
    guard container.holds(codec) else {
      throw wrong("a .\(container.rawValue) file cannot hold video of codec \(codec.rawValue)")
    }
    guard codec.qualities.contains(quality) else {
      let range = codec.qualities
      throw wrong(
        "quality must be from \(range.lowerBound) to \(range.upperBound), not \(quality)")
    }
    return (container, codec, quality)
  }

  /// Encodes a frame; its time must come after that of the frame before it.
  public func write(_ frame: RGBFrame) throws {
    try checkOpen()
    guard frame.width == target.width, frame.height == target.height else {
      throw MediaError(
        .write, path,
        "frame \(frameCount) must have \(target.width) × \(target.height) pixels, "
          + "not \(frame.width) × \(frame.height)")
    }
    if let pattern {
      if frameCount > 0 {
        files.append(try EncodedFile(path: pattern.path(frameCount), target: target))
      }
      try files.last?.write(frame)
      try files.last?.finish()
    } else if target.container.isStill, frameCount > 0 {
      throw MediaError(
        .write, path, "holds one image; a video as images needs a number in its name, as %04d")
    } else {
      try files.first?.write(frame)
    }
    frameCount += 1
  }

  /// Completes the file and gives it its name.
  public func finish() throws {
    try complete()
    try commit()
  }

  /// Completes the file under its hidden name.
  package func complete() throws {
    try checkOpen()
    if pattern == nil || frameCount == 0 { try files.first?.finish() }
  }

  /// Gives the complete file its name.
  package func commit() throws {
    for file in files { try file.commit() }
    files = []
  }

  /// The file, or the numbered images, before they have their names.
  package var outputs: [OutputFile] { files.map(\.file) }

  /// Removes what was written so far.
  public func cancel() { files = [] }

  private func checkOpen() throws {
    guard !files.isEmpty else { throw MediaError(.write, path, "is already finished or canceled") }
  }
}
