/// How frames are encoded.
public enum VideoCodec: String, Sendable, CaseIterable, Codable {
  /// H.264, `yuv420p`; `yuv444p` where a side is odd, so that no row or column is added or lost.
  case h264
  /// H.265, with the pixel formats of H.264.
  case h265
  /// FFV1, lossless in RGB: the pixels come back equal.
  case ffv1
  /// PNG, lossless, one file a frame.
  case png
  /// JPEG, `yuvj444p`, one file a frame.
  case jpeg

  /// FFmpeg's name of the encoder.
  var encoder: String {
    switch self {
    case .h264: "libx264"
    case .h265: "libx265"
    case .ffv1: "ffv1"
    case .png: "png"
    case .jpeg: "mjpeg"
    }
  }

  var isStill: Bool { self == .png || self == .jpeg }

  /// Constant rate factor of H.264 and H.265, quantizer of JPEG; the lower, the better.
  var qualities: ClosedRange<Int> { self == .jpeg ? 1...31 : 0...51 }

  var defaultQuality: Int { self == .jpeg ? 2 : 18 }
}
