import Foundation
import Media
public import Pipeline

/// Cuts footage into clips of one face with their cameras, in the layout that PV3D is trained from.
///
/// For each video it runs the stages `decode`, `face-crop`, `camera-estimate` and `encode`, section by section, so that
/// memory does not grow with the length of a video. A video that an earlier run has finished with
/// the same parameters is not done again.
/// - Source: PV3D-SPEC section 16
public struct TrainingClips: Stage {
  public static let name = "training-clips"
  public static let summary = "Cuts footage into face clips with cameras, as PV3D is trained from."
  public static let footage = Port<Footage>("footage")
  public static let inputs: [any AnyPort] = [footage]
  public static let holding = Holding.numbers

  @Parameter("The folder to write, which holds nothing else.") public var path = "dataset"
  @Parameter("Side of the crops.", in: 32...4096, unit: "pixels") public var size = 256
  @Parameter("Rate factor of h264; the lower, the better.", in: 0...51) public var quality = 10
  @Parameter("Frames that a clip needs; training reads 16 from a place drawn.", in: 17...)
  public var shortest = 17
  @Parameter("Frames after which a new clip begins.", in: 17..., unit: "frames")
  public var longest = 256
  @Parameter(
    "The longer side of the box around the face, below which a frame is rejected.", in: 0...,
    unit: "pixels of the video")
  public var smallestFace = 80.0
  @Parameter("The part of the crop outside of the picture, above which it is rejected.", in: 0...1)
  public var outside = 0.3
  @Parameter("The variance of the Laplacian, below which a crop is rejected as blurred.", in: 0...)
  public var sharpness = 40.0
  @Parameter(
    "The mean change of gray values from crop to crop, above which a new clip begins.", in: 0...255)
  public var change = 25.0
  @Parameter(
    "The median change of gray values over a clip, below which it is rejected as still.",
    in: 0...255)
  public var motion = 0.15
  @Parameter(
    "Standard deviation of the crops' smoothing over time; 0 is none.", in: 0...100, unit: "frames")
  public var smoothing = 2.0
  @Parameter(
    "Standard deviation of the cameras' smoothing over time; 0 is none.", in: 0...100,
    unit: "frames")
  public var cameraSmoothing = 1.0

  public init() {}

  public init(path: String) { self.path = path }

  public var writtenFiles: [String: [String]] { ["path": [path]] }

  public func validate() throws {
    guard !path.isEmpty else { throw ParameterError("path", "must name a folder, not \"\"") }
    guard longest >= shortest else {
      throw ParameterError("longest", "must be at least \(shortest), 'shortest', not \(longest)")
    }
  }

  public func run(_ inputs: Ports, in context: RunContext) async throws -> Ports {
    let footage = inputs[Self.footage]
    let folder = DatasetFolder(
      path.hasPrefix("/") ? URL(fileURLWithPath: path) : context.folder.appendingPathComponent(path)
    )
    try folder.begin()
    let stems = Self.stems(of: footage.paths)
    var earlier = try folder.reports()
    var videos: [SourceReport] = []
    for (index, (file, stem)) in zip(footage.paths, stems).enumerated() {
      try Task.checkCancellation()
      let key = try key(of: file, footage)
      if let report = earlier.removeValue(forKey: stem) {
        if report.key == key, folder.holds(report) {
          videos.append(report)
          continue
        }
        try folder.remove(report, as: stem)
      }
      let name = URL(fileURLWithPath: file).lastPathComponent
      var decode = Decode(path: file, count: footage.count)
      decode.start = footage.start
      let report = try await cut(
        decode, into: folder, stem: stem,
        SourceReport(file: name, key: key), in: context
      ) {
        context.progress(index, of: stems.count, "\(name), frame \($0)")
      }
      try folder.keep(report, as: stem)
      context.note("\(name): \(report.summary)")
      videos.append(report)
    }
    for (stem, report) in earlier {
      context.note("\(report.file): is no longer in the footage; its clips are removed")
      try folder.remove(report, as: stem)
    }
    context.progress(stems.count, of: stems.count)
    try finish(videos, in: folder, context)
    return Ports()
  }

  /// Cuts one video; one that cannot be opened is rejected.
  private func cut(
    _ decode: Decode, into folder: DatasetFolder, stem: String, _ report: SourceReport,
    in context: RunContext, progress: @escaping (Int) -> Void
  ) async throws -> SourceReport {
    let video: Ports
    do {
      video = try await decode.run(Ports(), in: context)
    } catch let error as MediaError {
      var report = report
      report.rejected = [Rejection(.unreadable, first: 0, count: nil, message: error.message)]
      return report
    }
    var cutter = ClipCutter(
      self, into: folder, stem: stem, video: video, from: decode.start, report: report, in: context,
      progress: progress)
    try await cutter.run()
    return cutter.report
  }

  private func finish(
    _ videos: [SourceReport], in folder: DatasetFolder, _ context: RunContext
  ) throws {
    let report = DatasetReport(settings: try JSON(encoding: self), videos: videos)
    let files = [
      ("report.json", try DatasetFolder.text(report)), ("report.md", report.markdown),
    ]
    for (name, text) in files {
      let url = folder.url.appendingPathComponent(name)
      try folder.write(text, to: url)
      context.wrote(url)
    }
    try folder.finish(videos.flatMap(\.clips).map(\.name))
    context.wrote(folder.list)
  }

  /// The stage that crops, which takes the largest face and follows it.
  func crop(size: Int) -> FaceCrop {
    var crop = FaceCrop()
    crop.size = size
    crop.smoothing = smoothing
    return crop
  }

  /// All that the clips of a file depend on.
  private func key(of file: String, _ footage: Footage) throws -> String {
    var stage = self
    stage.path = ""
    let values = try? FileManager.default.attributesOfItem(atPath: file)
    let changed = (values?[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0
    let bytes = (values?[.size] as? NSNumber)?.int64Value ?? 0
    let count = footage.count.map(String.init) ?? "all"
    let name = URL(fileURLWithPath: file).lastPathComponent
    return "\(name), \(bytes) bytes of \(changed), \(count) frames from \(footage.start) on, "
      + "\(try JSON(encoding: stage))"
  }

  /// What the names of each file's clips begin with: the file's own name, which is told apart from others like it.
  package static func stems(of paths: [String]) -> [String] {
    var taken: Set<String> = []
    return paths.map { path in
      let url = URL(fileURLWithPath: path)
      // A list of names has one a line.
      let words = url.deletingPathExtension().lastPathComponent.split(
        omittingEmptySubsequences: false
      ) { $0.isNewline }
      let stem = words.joined(separator: "_")
      let names =
        [stem, "\(stem)-\(url.pathExtension)"]
        + (2...).lazy.prefix(paths.count + 1).map { "\(stem)-\($0)" }
      let name = names.first { !taken.contains($0) } ?? stem
      taken.insert(name)
      return name
    }
  }
}
