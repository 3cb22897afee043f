import Foundation

/// How two videos of faces compare, frame by frame; a still stands for as many frames as the other has.
public struct ClipMetrics: Sendable, Codable, Equatable {
  /// Frames that were compared.
  public var frames: Int
  /// Mean PSNR in dB; nil where the sizes differ or one is a still.
  public var psnr: Double?
  /// The same in the face window, which leaves out most of the background; for PV3D's framing only.
  public var facePSNR: Double?
  /// Mean Euclidean distance of dlib's identity vectors; below 0.6 for one person.
  public var identityDistance: Double?
  /// Correlations over time; nil where too few frames have faces or nothing changes.
  public var mouthCorrelation: Double?
  public var blinkCorrelation: Double?
  public var browCorrelation: Double?
  public var yawCorrelation: Double?
  /// Mean absolute difference of the yaws in degrees: where heads hold still, it says more.
  public var yawDifference: Double?
  /// Standard deviations of the mouth openings over time: how much of a motion arrives.
  public var mouthDeviations: [Double?]
  /// The same of the heights of the brows.
  public var browDeviations: [Double?]
  /// Standard deviations of the yaws over time in degrees: the mesh's own noise is about half a degree.
  public var yawDeviations: [Double?]
  /// Frames without a face in the first video and in the second.
  public var facelessFrames: [Int]

  /// - Parameters:
  ///   - a: what was seen in each frame, nil where no face was found; `b` has as many
  ///   - psnrs: of the frames, empty where none can be given; `facePSNRs` in the face window
  public init(
    _ a: [FaceObservation?], _ b: [FaceObservation?], psnrs: [Double], facePSNRs: [Double] = []
  ) {
    precondition(a.count == b.count, "both videos must have as many observations")
    func correlation(_ value: (FaceObservation) -> Double) -> Double? {
      SeriesMetrics.correlation(a.map { $0.map(value) }, b.map { $0.map(value) })
    }
    frames = a.count
    psnr = psnrs.isEmpty ? nil : SeriesMetrics.mean(psnrs)
    facePSNR = facePSNRs.isEmpty ? nil : SeriesMetrics.mean(facePSNRs)
    let distances = zip(a, b).compactMap { a, b in
      a.flatMap { a in b.map { Self.distance(a.identity, $0.identity) } }
    }
    identityDistance = distances.isEmpty ? nil : SeriesMetrics.mean(distances)
    mouthCorrelation = correlation(\.mouthOpening)
    blinkCorrelation = correlation(\.eyeOpening)
    browCorrelation = correlation(\.browHeight)
    yawCorrelation = correlation(\.yaw)
    let turns = zip(a, b).compactMap { a, b in
      a.flatMap { a in b.map { abs(a.yaw - $0.yaw) * 180 / .pi } }
    }
    yawDifference = turns.isEmpty ? nil : SeriesMetrics.mean(turns)
    mouthDeviations = [a, b].map { SeriesMetrics.deviation($0.compactMap { $0?.mouthOpening }) }
    browDeviations = [a, b].map { SeriesMetrics.deviation($0.compactMap { $0?.browHeight }) }
    yawDeviations = [a, b].map { clip in
      SeriesMetrics.deviation(clip.compactMap { $0.map { $0.yaw * 180 / .pi } })
    }
    facelessFrames = [a.count { $0 == nil }, b.count { $0 == nil }]
  }

  /// The Euclidean distance.
  static func distance(_ a: [Double], _ b: [Double]) -> Double {
    zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
  }

  /// Lines for people.
  public var text: String {
    func line(_ name: String, _ value: Double?, _ format: String) -> String {
      let padded = name.padding(toLength: 26, withPad: " ", startingAt: 0)
      return padded + (value.map { String(format: format, $0) } ?? "unknown")
    }
    var lines = [
      line("frames", Double(frames), "%.0f"), line("PSNR (dB)", psnr, "%.2f"),
      line("face-window PSNR (dB)", facePSNR, "%.2f"),
      line("identity distance", identityDistance, "%.3f"),
      line("mouth-opening correlation", mouthCorrelation, "%.3f"),
      line("mouth deviation, first", mouthDeviations[0], "%.3f"),
      line("mouth deviation, second", mouthDeviations[1], "%.3f"),
      line("blink correlation", blinkCorrelation, "%.3f"),
      line("brow correlation", browCorrelation, "%.3f"),
      line("brow deviation, first", browDeviations[0], "%.4f"),
      line("brow deviation, second", browDeviations[1], "%.4f"),
      line("yaw correlation", yawCorrelation, "%.3f"),
      line("yaw difference (degrees)", yawDifference, "%.2f"),
      line("yaw deviation, first", yawDeviations[0], "%.2f"),
      line("yaw deviation, second", yawDeviations[1], "%.2f"),
    ]
    for (name, count) in zip(["first", "second"], facelessFrames) where count > 0 {
      lines.append("no face in \(count) of \(frames) frames of the \(name) video")
    }
    return lines.joined(separator: "\n")
  }
}
