import Faces
import Foundation
import Media
import PV3D
import Pipeline

/// Cuts one video into clips of one face, section by section.
///
/// A section has as many frames as the longest clip. Its faces are found first; frames without one, or with a small one,
/// part it into takes, and so do jumps of the face. Crops are smoothed within a take. Blurred crops and sudden changes
/// part takes into clips, whose cameras are smoothed on their own: nothing is smoothed across a cut.
struct ClipCutter {
  /// A face that moves by more than this part of its size from one frame to the next is another one.
  static let longestStep = 0.4
  /// A face whose size changes by more than this factor from one frame to the next is another one.
  static let largestGrowth = 1.35

  /// A change that is a cut is at least so many times the median of its take.
  static let sudden = 3.0

  let stage: TrainingClips
  let folder: DatasetFolder
  /// What the names of the clips begin with.
  let stem: String
  let frames: SectionedFrames
  /// The number in its video of the first frame, from which all frames are counted.
  private let origin: Int
  /// What the video says of itself its clips say too.
  private let provenance: Provenance
  /// Is told the number of frames that are done.
  let progress: (Int) -> Void
  private(set) var report: SourceReport
  private var context: RunContext

  /// - Parameters:
  ///   - video: what decoding gave
  ///   - origin: how many frames it passed over
  init(
    _ stage: TrainingClips, into folder: DatasetFolder, stem: String, video: Ports,
    from origin: Int, report: SourceReport, in context: RunContext,
    progress: @escaping (Int) -> Void
  ) {
    self.stage = stage
    self.folder = folder
    self.stem = stem
    let frames = video[Decode.frames]
    self.frames = SectionedFrames(frames)
    provenance = video.provenance
    self.origin = origin
    self.progress = progress
    self.report = report
    self.context = context
    // The stages inside say nothing of their own.
    self.context.events = { _ in }
    self.report.width = frames.info.width
    self.report.height = frames.info.height
    self.report.rate = frames.info.rate.value
  }

  mutating func run() async throws {
    var start = origin
    var seen = stage.longest
    while seen == stage.longest {
      seen = try await cut(start)
      start += seen
      progress(start)
    }
    report.frames = start - origin
    if let failure = frames.failure {
      let message = (failure.error as? MediaError)?.message ?? "\(failure.error)"
      report.rejected.append(
        Rejection(.unreadable, first: origin + failure.frame, count: nil, message: message))
    }
    report.rejected = report.rejected.joined
  }

  /// Cuts the section that begins at `start`.
  /// - Returns: how many frames it has
  private mutating func cut(_ start: Int) async throws -> Int {
    let section = section(start, stage.longest)
    let seen = try await stage.crop(size: stage.size).search(section, in: context)
    let sieve = FrameSieve(shortest: stage.shortest)
    for take in sieve.runs(of: try verdicts(seen), from: start, into: &report) {
      try await cut(seen[take], from: start + take.lowerBound)
    }
    return seen.count
  }

  /// Cuts frames that all have their face, the first of which is number `start` of the video.
  private mutating func cut(_ seen: ArraySlice<SeenFrame>, from start: Int) async throws {
    let info = frames.frames.info
    var entries = try LostFacePolicy.fail.filled(Array(seen))
    for place in entries.indices { entries[place].sourceIndex = place }
    let crop = stage.crop(size: CropMeasures.side)
    let track = crop.steadied(entries, of: info)
    let take = section(start, entries.count)
    var measures = CropMeasures()
    var values: [CropMeasures.Values] = []
    for try await picture in crop.crops(of: take, track) {
      values.append(measures.values(of: picture))
    }
    // A file that could not be read on is told of at the end.
    guard values.count == entries.count else { return }
    let sieve = FrameSieve(shortest: stage.shortest)
    let places = track.entries.map {
      $0.crop.partOutside(width: info.width, height: info.height)
    }
    let limit = limit(of: values.compactMap(\.change))
    let verdicts = zip(values, places).map { verdict($0, outside: $1, change: limit) }
    for run in sieve.runs(of: verdicts, from: start, into: &report) {
      let clip = SourceReport.Clip(
        name: String(format: "%@_%06d", stem as NSString, start + run.lowerBound),
        first: start + run.lowerBound, count: run.count, yawDegrees: 0...0, pitchDegrees: 0...0,
        faceSize: ClosedRange(of: try track.entries[run].map { try $0.face.size }),
        outside: places[run].max() ?? 0,
        sharpness: ClosedRange(of: values[run].map(\.sharpness)),
        motion: Self.median(values[run].dropFirst().compactMap(\.change)))
      if clip.motion < stage.motion {
        report.rejected.append(
          Rejection(
            .still, first: clip.first, count: clip.count, found: clip.motion, wanted: stage.motion))
      } else {
        try await write(clip, Array(track.entries[run]))
      }
    }
  }

  /// So many frames of the video from a number on.
  private func section(_ first: Int, _ count: Int) -> Frames {
    frames.section(first - origin..<first - origin + count)
  }

  private static func median(_ values: [Double]) -> Double {
    values.isEmpty ? 0 : values.sorted()[values.count / 2]
  }

  /// Writes crops and cameras.
  private mutating func write(_ clip: SourceReport.Clip, _ entries: [FaceTrack.Entry]) async throws
  {
    var (clip, entries) = (clip, entries)
    for place in entries.indices { entries[place].sourceIndex = place }
    let info = frames.frames.info
    let track = FaceTrack(entries, width: info.width, height: info.height, rate: info.rate)
    var estimate = CameraEstimate()
    estimate.smoothing = stage.cameraSmoothing
    let cameras = try await estimate.run(Ports(CameraEstimate.track, track), in: context)[
      CameraEstimate.cameras
    ].cameras
    let crops = stage.crop(size: stage.size).crops(of: section(clip.first, clip.count), track)
    let encode = Encode(
      path: folder.video(clip.name).path, quality: stage.quality, audio: false)
    _ = try await encode.run(
      Ports(Encode.frames, crops).made(of: provenance), in: context)
    try folder.write(cameras, of: clip.name, first: clip.first)
    clip.yawDegrees = ClosedRange(of: cameras.map { Double($0.yaw) * 180 / .pi })
    clip.pitchDegrees = ClosedRange(of: cameras.map { Double($0.pitch) * 180 / .pi })
    report.clips.append(clip)
  }

  /// What is found of each frame before it is cropped.
  private func verdicts(_ seen: [SeenFrame]) throws -> [FrameSieve.Verdict] {
    var last: Face?
    return try seen.map { frame in
      guard let face = try frame.framed?.face else {
        return .rejected(.faceless, found: nil, wanted: nil)
      }
      guard face.size >= stage.smallestFace else {
        return .rejected(.small, found: face.size, wanted: stage.smallestFace)
      }
      defer { last = face }
      guard let last else { return .kept }
      let offset = face.center - last.center
      let step = (offset * offset).sum().squareRoot() / last.size
      if step > Self.longestStep { return .cut(.jump, found: step, wanted: Self.longestStep) }
      let growth = max(face.size / last.size, last.size / face.size)
      guard growth > Self.largestGrowth else { return .kept }
      return .cut(.scale, found: growth, wanted: Self.largestGrowth)
    }
  }

  /// The change that is a cut: also well above what the rest of the take has, so that a wild turn is none.
  private func limit(of changes: [Double]) -> Double {
    max(stage.change, Self.sudden * Self.median(changes))
  }

  /// What is found of a crop.
  private func verdict(
    _ values: CropMeasures.Values, outside: Double, change limit: Double
  ) -> FrameSieve.Verdict {
    if outside > stage.outside {
      return .rejected(.outside, found: outside, wanted: stage.outside)
    }
    if values.sharpness < stage.sharpness {
      return .rejected(.blurred, found: values.sharpness, wanted: stage.sharpness)
    }
    guard let change = values.change, change > limit else { return .kept }
    return .cut(.change, found: change, wanted: limit)
  }
}

extension CropFrame {
  /// The part of the square's area that is not in the picture, of 256 places spread evenly.
  fileprivate func partOutside(width: Int, height: Int) -> Double {
    let count = 16
    let outside = (0..<count * count).count { index in
      let place = SIMD2(Double(index % count), Double(index / count)) + 0.5
      let pixel = pixel(place / Double(count))
      return pixel.x < 0 || pixel.y < 0 || pixel.x > Double(width) || pixel.y > Double(height)
    }
    return Double(outside) / Double(count * count)
  }
}
