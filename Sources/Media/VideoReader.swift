internal import FFmpegShim
import Foundation

/// Decodes a video or a still to RGB frames, one at a time.
///
/// Frames are upright: a turn or reflection that the file asks for is applied. The matrix and range of
/// the file's color are used; without a tag, BT.601 below 720 lines and BT.709 from there on. What is
/// transparent is laid over white. A frame of another size than the first is scaled to it. Pixels are taken
/// to be square.
///
/// A pattern as `frame-%04d.png` reads numbered images, at 25 a second; none may be missing between others.
public final class VideoReader: @unchecked Sendable {
  // Unchecked: used by one task at a time, as an iterator is.
  private var handle: OpaquePointer?
  private var count = 0

  public let path: String
  /// Pixels of a row of the upright frame.
  public let width: Int
  /// Rows of the upright frame.
  public let height: Int
  /// Average frames a second; nil when the file does not say.
  public let frameRate: Ratio?
  /// Seconds of one tick: the times of frames are whole numbers of it.
  public let timeBase: Ratio
  /// How many frames the file says or its duration suggests; the count of frames read is the truth.
  public let estimatedFrameCount: Int?
  public let duration: MediaTime?
  /// FFmpeg's name of the codec, as `h264`.
  public let codec: String
  /// What the container's comment says, or that of the first of numbered pictures.
  public let comment: String?
  public let hasAudio: Bool
  public let isStill: Bool

  /// Opens `path` and decodes its first frame, so that what cannot be read fails here.
  public init(path: String) throws {
    let isSequence = try Self.isSequence(path)
    var info = pvff_info()
    var error = pvff_error()
    guard pvff_reader_open(&handle, path, isSequence, &info, &error) >= 0 else {
      throw MediaError(.read, path, error)
    }
    let base = Ratio(info.base.numerator, info.base.denominator)
    self.path = path
    width = Int(info.width)
    height = Int(info.height)
    frameRate =
      info.rate.numerator > 0 ? Ratio(info.rate.numerator, info.rate.denominator) : nil
    timeBase = base
    estimatedFrameCount = info.frames > 0 ? Int(info.frames) : nil
    duration = info.duration > 0 ? MediaTime(ticks: info.duration, of: base) : nil
    codec = withUnsafeBytes(of: info.codec) { Self.text($0) }
    let comment = withUnsafeBytes(of: info.comment) { Self.text($0) }
    self.comment = comment.isEmpty ? nil : comment
    hasAudio = info.audio_streams > 0
    isStill = info.is_still
  }

  deinit { pvff_reader_close(&handle) }

  /// The next frame in the order of display, or nil at the end.
  public func next() throws -> RGBFrame? {
    var span = pvff_span()
    var error = pvff_error()
    var code: Int32 = 0
    let size = 3 * width * height
    let pixels = [UInt8](unsafeUninitializedCapacity: size) { buffer, initialized in
      code = pvff_reader_next(handle, buffer.baseAddress, &span, &error)
      initialized = code > 0 ? size : 0
    }
    guard code >= 0 else { throw MediaError(.read, path, error) }
    guard code > 0 else { return nil }
    defer { count += 1 }
    return RGBFrame(
      width: width, height: height, pixels: pixels,
      time: MediaTime(ticks: span.time, of: timeBase),
      duration: span.duration > 0 ? MediaTime(ticks: span.duration, of: timeBase) : nil,
      index: count)
  }

  private static func text(_ bytes: UnsafeRawBufferPointer) -> String {
    String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
  }

  /// Whether `path` is a pattern of numbered images; throws when it is neither that nor a file.
  private static func isSequence(_ path: String) throws -> Bool {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      guard let pattern = ImagePattern(path) else {
        throw MediaError(.read, path, "does not exist")
      }
      try pattern.checkGaps()
      return true
    }
    guard !isFolder.boolValue else {
      throw MediaError(.read, path, "is a folder, not a media file")
    }
    guard FileManager.default.isReadableFile(atPath: path) else {
      throw MediaError(.read, path, "may not be read (permission denied)")
    }
    return false
  }
}
