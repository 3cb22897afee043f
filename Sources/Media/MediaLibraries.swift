internal import FFmpegShim

/// The FFmpeg libraries that this program runs with.
public enum MediaLibraries {
  /// Names and versions, as `libavformat 59.27.100, libavcodec 59.37.100, …`.
  public static var versions: String {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { text in
      text.initialize(repeating: 0)
      pvff_versions(text.baseAddress, text.count)
      return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
  }
}
