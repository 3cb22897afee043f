import Media

/// Frames of a face and what is seen of it in each.
struct ObservedFrames {
  let frames: [Frame]
  let faces: [FaceObservation?]

  init(_ frames: [Frame]) throws {
    self.frames = frames
    var observer = try FaceObserver()
    faces = try frames.map { try observer.observation(of: $0) }
  }

  private init(_ frames: [Frame], _ faces: [FaceObservation?]) {
    (self.frames, self.faces) = (frames, faces)
  }

  /// The frames at some places.
  func picked(_ places: [Int]) -> ObservedFrames {
    ObservedFrames(places.map { frames[$0] }, places.map { faces[$0] })
  }

  /// Frame by frame until one ends; a single frame is compared with all of the others.
  func compared(_ other: ObservedFrames) throws -> ClipMetrics {
    let still = frames.count == 1 || other.frames.count == 1
    let count =
      still
      ? max(frames.count, other.frames.count) : min(frames.count, other.frames.count)
    func place(_ index: Int, _ frames: ObservedFrames) -> Int {
      min(index, frames.frames.count - 1)
    }
    let pairs = (0..<count).map { (place($0, self), place($0, other)) }
    let metrics = try pairs.map {
      try ImageMetrics(UnitImage(frames[$0.0]), UnitImage(other.frames[$0.1]))
    }
    return ClipMetrics(
      pairs.map { faces[$0.0] }, pairs.map { other.faces[$0.1] },
      psnrs: metrics.map { $0.psnr() }, facePSNRs: metrics.map { $0.psnr(in: .face) })
  }

  var jitter: JitterMetrics { JitterMetrics(frames, points: faces.map { $0?.points }) }
}
