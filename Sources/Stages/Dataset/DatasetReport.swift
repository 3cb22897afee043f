import Foundation
public import Pipeline

/// What became of all videos of a data set.
public struct DatasetReport: Codable, Sendable {
  /// The parameters of the stage.
  public var settings: JSON
  public var videos: [SourceReport]

  public init(settings: JSON, videos: [SourceReport]) {
    self.settings = settings
    self.videos = videos
  }

  /// The report as a person reads it.
  public var markdown: String {
    let clips = videos.flatMap(\.clips)
    let frames = videos.reduce(0) { $0 + $1.frames }
    let giving = videos.count { !$0.clips.isEmpty }
    var lines = [
      "# Data set", "",
      "\(clips.count) clips of \(giving) of \(videos.count) videos: "
        + "\(clips.reduce(0) { $0 + $1.count }) of \(frames) frames.",
      "", "| rejected as | videos | frames |", "| --- | --- | --- |",
    ]
    for reason in Rejection.Reason.allCases {
      let parts = videos.map { $0.rejected.filter { $0.reason == reason } }.filter { !$0.isEmpty }
      let count = parts.joined().reduce(0) { $0 + ($1.count ?? 0) }
      lines.append("| \(reason.rawValue) | \(parts.count) | \(count) |")
    }
    lines += [
      "", "| clip | frames | yaw ° | pitch ° | face px | outside | sharpness | motion |",
      "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    func text(_ range: ClosedRange<Double>) -> String {
      String(format: "%.0f … %.0f", range.lowerBound, range.upperBound)
    }
    for clip in clips {
      let cells = [
        clip.name, "\(clip.first)–\(clip.first + clip.count - 1)", text(clip.yawDegrees),
        text(clip.pitchDegrees), text(clip.faceSize), Rounded(clip.outside).text,
        text(clip.sharpness),
        Rounded(clip.motion).text,
      ]
      lines.append("| \(cells.joined(separator: " | ")) |")
    }
    for video in videos where !video.rejected.isEmpty || !video.cuts.isEmpty {
      lines += ["", "## \(video.file)", "", "\(video.summary)", ""]
      lines += video.rejected.map { "- \($0.sentence)" }
      lines += video.cuts.map {
        "- cut before frame \($0.frame): \($0.sign.rawValue) of \(Rounded($0.found).text), "
          + "at most \(Rounded($0.wanted).text) goes on"
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
