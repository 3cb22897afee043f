import Faces
import Foundation
import Media
public import Pipeline
import Tensors

/// Crops one face from every frame, as PV3D's data frames faces.
///
/// A frontal face has its eyes at 0.37 and its mouth at 0.65 of the crop's height, 0.26 of its width
/// between the eyes. All frames are read twice: once for the landmarks, which are smoothed over time,
/// and once for the crops, when they are asked for. The track is kept, the crops are not.
public struct FaceCrop: CostlyStage {
  public static let name = "face-crop"
  /// 2: a face that holds still is sought in one square.
  public static let version = 2
  public static let summary = "Crops one face from every frame, upright and steady."
  public static let frames = Port<Frames>("frames")
  public static let crops = Port<Frames>("crops")
  public static let track = Port<FaceTrack>("track")
  public static let inputs: [any AnyPort] = [frames]
  public static let outputs: [any AnyPort] = [crops, track]
  public static let influences: Set<Influence> = []
  public static let holding = Holding.numbers

  /// Which of several faces is meant.
  public enum Rule: String, CaseIterable, ParameterValue { case largest, index, nearest }

  @Parameter("Which face is followed: the largest, number 'index', or the nearest to 'point'.")
  public var rule = Rule.largest
  @Parameter("The number of the face, counted from the left.", in: 0...)
  public var index = 0
  @Parameter("A place in the frame, as parts of its width and height from the top left.", in: 0...1)
  public var point = [0.5, 0.5]
  @Parameter("Side of the crops.", in: 32...4096, unit: "pixels")
  public var size = 512
  @Parameter("A frame without a face holds the last crop, interpolates, is skipped, or fails.")
  public var lost = LostFacePolicy.hold
  @Parameter(
    "Standard deviation of the smoothing over time; 0 is none.", in: 0...100, unit: "frames")
  public var smoothing = 2.0
  @Parameter("Whether crops turn with the head, so that its eyes are level.")
  public var level = true

  public init() {}

  public func validate() throws {
    guard point.count == 2 else {
      throw ParameterError("point", "must be 2 numbers, not \(point.count)")
    }
  }

  public func extents(of inputs: [String: Extent]) -> [String: Extent] {
    let frames = inputs[Self.frames.name]?.frames
    let crops = Extent(frames: frames, width: size, height: size)
    return [Self.crops.name: crops, Self.track.name: Extent(frames: frames)]
  }

  public func run(_ inputs: Ports, in context: RunContext) async throws -> Ports {
    let frames = inputs[Self.frames]
    let seen = try await search(frames, in: context)
    guard !seen.isEmpty else { throw FaceLost("there are no frames to find a face in") }
    if rule == .index, seen.allSatisfy({ $0.framed == nil }) {
      throw FaceLost("no frame has a face number \(index): 'index' counts from 0, from the left")
    }
    let entries = try lost.filled(seen)
    let missing = seen.count { $0.framed == nil }
    if missing > 0 { context.note("no face in \(missing) of \(seen.count) frames: \(lost)") }
    return outputs(of: frames, steadied(entries, of: frames.info))
  }

  public func store(_ outputs: Ports, in folder: URL) throws {
    try outputs[Self.track].write(to: folder)
  }

  public func restored(
    from folder: URL, _ inputs: Ports, in context: RunContext
  ) throws -> Ports {
    outputs(of: inputs[Self.frames], try FaceTrack(folder: folder))
  }

  private func outputs(of frames: Frames, _ track: FaceTrack) -> Ports {
    Ports(Self.crops, crops(of: frames, track)).with(Self.track, track)
  }

  /// The track of entries whose crops are smoothed over time.
  package func steadied(_ entries: [FaceTrack.Entry], of info: Frames.Info) -> FaceTrack {
    var entries = entries
    let smooth = GaussianSmoothing(deviation: smoothing).smoothed(entries.map(\.crop))
    for index in entries.indices { entries[index].crop = smooth[index] }
    return FaceTrack(entries, width: info.width, height: info.height, rate: info.rate)
  }

  /// Finds the face in every frame; keeps no pixels, and landmarks in a file.
  package func search(_ frames: Frames, in context: RunContext) async throws -> [SeenFrame] {
    let finder = try FaceFinder()
    let framing = try HeadFraming(leveling: level ? .head : .picture)
    let file = LandmarkFile.temporary()
    var last: Face?
    var seen: [SeenFrame] = []
    var heap = HeapTrimming()
    for try await frame in frames.prefetched(1) {
      try Task.checkCancellation()
      let face = try finder.face(
        in: RGBView(frame), after: last, selection: selection(in: frame))
      last = face ?? last
      let framed = face.map {
        FramedFace(
          file?.adding($0.points) ?? Landmarks($0.points), confidence: $0.confidence,
          crop: framing.framed($0).crop)
      }
      seen.append(SeenFrame(index: frame.index, time: frame.time, framed: framed))
      heap.passed()
      context.progress(seen.count, of: frames.info.estimatedCount)
    }
    return seen
  }

  private func selection(in frame: Frame) -> FaceSelection {
    switch rule {
    case .largest: .largest
    case .index: .index(index)
    case .nearest:
      .nearest(x: point[0] * Double(frame.width), y: point[1] * Double(frame.height))
    }
  }

  /// The crops of a track's entries, resampled as they are read.
  package func crops(of frames: Frames, _ track: FaceTrack) -> Frames {
    var info = frames.info
    (info.width, info.height, info.estimatedCount) = (size, size, track.entries.count)
    return Frames(info) {
      var source = frames.prefetched(1).makeAsyncIterator()
      var rest = track.entries[...]
      return {
        guard let entry = rest.popFirst() else { return nil }
        while let frame = try await source.next() {
          guard frame.index == entry.sourceIndex else { continue }
          var crop = try RGBView(frame).crop(entry.crop, size: size)
          crop.time = frame.time
          crop.duration = frame.duration
          crop.index = track.entries.count - rest.count - 1
          return crop
        }
        throw FaceLost(
          "frame \(entry.sourceIndex): the video gives fewer frames than when it was first read")
      }
    }
  }
}

extension RGBView {
  init(_ frame: Frame) { self.init(width: frame.width, height: frame.height, pixels: frame.pixels) }

  /// The square at `frame` as a picture of `size` × `size` pixels.
  func crop(_ frame: CropFrame, size: Int) throws -> Frame {
    let values = try cropped(frame, size: size).permuted(0, 2, 3, 1).contiguous().floats()
    let pixels = values.map { UInt8(min(max($0 * 255, 0), 255).rounded()) }
    return Frame(width: size, height: size, pixels: pixels)
  }
}
