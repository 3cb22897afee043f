import Foundation

/// The kinds of file that can be written, by extension.
enum Container: String, CaseIterable {
  case avi, jpeg, jpg, mkv, mov, mp4, png

  init(path: String) throws {
    let suffix = URL(fileURLWithPath: path).pathExtension.lowercased()
    guard let container = Self(rawValue: suffix) else {
      let known = Self.allCases.map { ".\($0.rawValue)" }.joined(separator: ", ")
      let found = suffix.isEmpty ? "has no extension" : "ends in '.\(suffix)'"
      throw MediaError(.write, path, "\(found); what can be written ends in one of \(known)")
    }
    self = container
  }

  /// FFmpeg's name of the muxer.
  var format: String {
    switch self {
    case .avi: "avi"
    case .mkv: "matroska"
    case .mov: "mov"
    case .mp4: "mp4"
    case .jpeg, .jpg, .png: "image2pipe"
    }
  }

  var isStill: Bool { format == "image2pipe" }

  var defaultCodec: VideoCodec {
    switch self {
    case .png: .png
    case .jpeg, .jpg: .jpeg
    case .avi, .mkv, .mov, .mp4: .h264
    }
  }

  /// Whether a file of this kind may hold `codec`.
  func holds(_ codec: VideoCodec) -> Bool { isStill ? codec == defaultCodec : !codec.isStill }
}
