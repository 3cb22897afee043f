import Foundation
import Media

/// What was seen in two videos of faces, frame by frame.
public struct ClipPair: Sendable {
  private var seen: ([FaceObservation?], [FaceObservation?]) = ([], [])
  private var psnrs: [Double] = []
  private var facePSNRs: [Double] = []

  /// Reads both files side by side, until the shorter one ends; a still stands for as many frames as the other has.
  public init(_ first: String, _ second: String) throws {
    var (a, b) = (try Clip(first), try Clip(second))
    // Two stills are one frame.
    let both = a.reader.isStill && b.reader.isStill
    while let (one, two) = try Clip.next(&a, &b) {
      // Nobody asks for the points, which are most of what an observation holds.
      var faces = (one.seen, two.seen)
      faces.0?.points = []
      faces.1?.points = []
      seen.0.append(faces.0)
      seen.1.append(faces.1)
      if a.reader.isStill == b.reader.isStill, one.frame.width == two.frame.width,
        one.frame.height == two.frame.height
      {
        let metrics = try ImageMetrics(UnitImage(one.frame), UnitImage(two.frame))
        psnrs.append(metrics.psnr())
        facePSNRs.append(metrics.psnr(in: .face))
      }
      if both { break }
    }
  }

  /// How both compare.
  public var metrics: ClipMetrics {
    ClipMetrics(seen.0, seen.1, psnrs: psnrs, facePSNRs: facePSNRs)
  }

  /// One line a frame: the openings of mouth and eyes, the height of the brows and the yaw in degrees, of both videos;
  /// empty without a face.
  public var csv: String {
    var lines = ["frame,mouth,otherMouth,eyes,otherEyes,brows,otherBrows,yaw,otherYaw"]
    for (index, (a, b)) in zip(seen.0, seen.1).enumerated() {
      let values =
        [a?.mouthOpening, b?.mouthOpening, a?.eyeOpening, b?.eyeOpening]
        + [a?.browHeight, b?.browHeight]
        + [a, b].map { $0.map { $0.yaw * 180 / .pi } }
      let fields = values.map { $0.map { String(format: "%.4f", $0) } ?? "" }
      lines.append(([String(index)] + fields).joined(separator: ","))
    }
    return lines.joined(separator: "\n") + "\n"
  }
}

/// A video as it is read, or a still that never ends.
private struct Clip {
  typealias Observed = (frame: RGBFrame, seen: FaceObservation?)

  let reader: VideoReader
  private var observer: FaceObserver
  private var still: Observed?

  init(_ path: String) throws {
    reader = try VideoReader(path: path)
    observer = try FaceObserver()
  }

  /// The next frames of both; nil as soon as one has ended.
  static func next(_ a: inout Clip, _ b: inout Clip) throws -> (Observed, Observed)? {
    guard let one = try a.next(), let two = try b.next() else { return nil }
    return (one, two)
  }

  private mutating func next() throws -> Observed? {
    if let still { return still }
    guard let frame = try reader.next() else { return nil }
    let observed = (frame, try observer.observation(of: frame))
    if reader.isStill { still = observed }
    return observed
  }
}
