import Foundation
import Media
import PV3D
import Pipeline
import Tensors

/// Real clips with their cameras, in the layout of the official data set.
///
///     voxceleb.list                          one NAME.mp4 a line
///     recrop_faces/NAME.mp4                  the clip
///     smoothed_camera2world/NAME.json        [[frame id, [25 numbers]], …]
///
/// A pair is two frames of a window of 16 that lies anywhere in a clip.
/// - Source: PV3D-SPEC section 16
public struct ClipFolder: ClipSource {
  /// Frames of a window.
  public static let window = 16

  /// One clip, checked.
  struct Clip: Sendable {
    let path: String
    /// How many frames the file says it has.
    let frames: Int
    /// At least one; frames beyond the last keep it.
    let cameras: [Camera]
  }

  private let clips: [Clip]
  private let order: ClipOrder
  private let random: RandomSource
  private let side: Int
  private let mirrored: Double

  public var count: Int { clips.count }

  /// Reads the list and all cameras, and opens every clip, so that what is missing is told at once.
  /// - Parameters:
  ///   - side: pixels of the frames that are given
  ///   - batch: pairs of one update over all devices
  ///   - mirrored: probability that a real pair is shown in a mirror
  public init(path: String, side: Int, batch: Int, seed: UInt64, mirrored: Double = 0.5) throws {
    let list = "\(path)/voxceleb.list"
    guard let text = try? String(contentsOfFile: list, encoding: .utf8) else {
      throw ClipFolderError(path: list, reason: "the list of clips cannot be read")
    }
    let names = text.split(whereSeparator: \.isNewline)
      .map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    guard !names.isEmpty else {
      throw ClipFolderError(path: list, reason: "names no clip")
    }
    clips = try concurrently(names.count) { index in
      let name = names[index].hasSuffix(".mp4") ? String(names[index].dropLast(4)) : names[index]
      return try Clip(
        video: "\(path)/recrop_faces/\(name).mp4",
        cameras: "\(path)/smoothed_camera2world/\(name).json", listedIn: list, line: index)
    }
    random = RandomSource(seed: seed).derived("clips")
    order = ClipOrder(count: clips.count, batch: batch, random: random)
    (self.side, self.mirrored) = (side, mirrored)
  }

  public func pairs(_ part: BatchPlaces, update: Int) throws -> FramePairs {
    let chosen = order.clips(part, update: update)
    return try FramePairs(
      concatenating: concurrently(part.count) { index in
        var random = random.derived(pair: part.places.lowerBound + index, update: update)
        return try pair(of: clips[chosen[index]], &random)
      })
  }

  public func cameras(
    _ part: BatchPlaces, update: Int, phase: AdversarialTraining.Phase
  ) throws -> Tensor {
    let labels = part.places.flatMap { place in
      var random = random.derived(pair: place, update: update, phase: phase)
      let clip = clips[Int.random(in: clips.indices, using: &random)]
      return clip.cameras(clip.window(&random))
    }
    return try Camera.tensor(labels).reshaped(part.count, 2, 25)
  }

  private func pair(of clip: Clip, _ random: inout RandomSource) throws -> FramePairs {
    let window = clip.window(&random)
    let isMirrored = Double.random(in: 0..<1, using: &random) < mirrored
    let frames = try clip.read(window)
    let bytes = try Tensor.stacked(
      frames.map { frame in
        try Tensor(frame.pixels.map { Float($0) }, [frame.height, frame.width, 3])
      })
    let shown = try FramePairs.prepared(isMirrored ? bytes.flipped(2) : bytes, side: side)
    let cameras = clip.cameras(window).map { isMirrored ? $0.mirrored : $0 }
    let last = Float(Self.window - 1)
    return FramePairs(
      frames: try shown.reshaped(1, 2, 3, side, side),
      labels: try Camera.tensor(cameras).reshaped(1, 2, 25),
      time: try Tensor([Float(window.early) / last, Float(window.late) / last], [1, 2]))
  }
}

extension ClipFolder.Clip {
  /// Two frames of a window, counted from where it begins.
  struct Window: Equatable {
    let offset: Int
    let early: Int
    let late: Int
  }

  /// - Parameters:
  ///   - list: the file that names the clip
  ///   - line: of the list, counted from 0 over the lines that are not empty
  init(video: String, cameras path: String, listedIn list: String, line: Int) throws {
    guard FileManager.default.fileExists(atPath: video) else {
      throw ClipFolderError(path: list, reason: "entry \(line + 1): there is no \(video)")
    }
    guard FileManager.default.fileExists(atPath: path) else {
      throw ClipFolderError(path: list, reason: "entry \(line + 1): there is no \(path)")
    }
    let reader = try VideoReader(path: video)
    guard let frames = reader.estimatedFrameCount else {
      throw ClipFolderError(path: video, reason: "does not say how many frames it has")
    }
    guard frames >= ClipFolder.window else {
      throw ClipFolderError(
        path: video, reason: "must have at least \(ClipFolder.window) frames, not \(frames)")
    }
    self.init(path: video, frames: frames, cameras: try Self.cameras(path))
  }

  /// Reads `[[frame id, [25 numbers]], …]`, where a number may stand in quotes.
  private static func cameras(_ path: String) throws -> [Camera] {
    func wrong(_ place: JSONPointer, _ reason: String) -> ClipFolderError {
      ClipFolderError(path: path, reason: (place == .root ? "" : "\(place) ") + reason)
    }
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
      throw wrong(.root, "is not UTF-8 text")
    }
    let document: JSON
    do { document = try JSONText(text).value } catch {
      throw wrong(.root, "is not JSON: \(error)")
    }
    guard case .array(let entries) = document, !entries.isEmpty else {
      throw wrong(.root, "must be a list with an entry for each frame, not \(document.found)")
    }
    return try entries.enumerated().map { index, entry in
      let place = JSONPointer.root / index
      guard case .array(let parts) = entry, parts.count == 2 else {
        throw wrong(place, "must be a frame's name and its 25 numbers, not \(entry.found)")
      }
      guard case .array(let values) = parts[1], values.count == 25 else {
        let found =
          if case .array(let values) = parts[1] { "\(values.count)" } else {
            parts[1].found
          }
        throw wrong(place / 1, "must be 25 numbers, not \(found)")
      }
      return Camera(
        label: try values.enumerated().map { column, value in
          guard let number = Self.number(value), number.isFinite else {
            throw wrong(place / 1 / column, "must be a number, not \(value.found)")
          }
          return number
        })
    }
  }

  private static func number(_ json: JSON) -> Float? {
    switch json {
    case .integer(let value): Float(value)
    case .number(let value): Float(value)
    case .string(let text): Float(text.trimmingCharacters(in: .whitespaces))
    default: nil
    }
  }

  /// Draws where the window begins, then its two frames.
  func window(_ random: inout RandomSource) -> Window {
    let size = ClipFolder.window
    let offset = Int.random(in: 0..<max(1, frames - size - 1), using: &random)
    let (early, late) = FramePairs.picks(of: size, &random)
    return Window(offset: offset, early: early, late: late)
  }

  /// The cameras of a window's two frames.
  func cameras(_ window: Window) -> [Camera] {
    [window.early, window.late].map { cameras[min(window.offset + $0, cameras.count - 1)] }
  }

  /// Decodes a window's two frames: it begins with the first frame at or after the part
  /// `offset / frames` of the duration.
  func read(_ window: Window) throws -> [RGBFrame] {
    let reader = try VideoReader(path: path)
    var place = -1
    var found: [RGBFrame] = []
    while found.count < 2, let frame = try reader.next() {
      if place < 0, !starts(window, at: frame, duration: reader.duration) { continue }
      place += 1
      if place == window.early { found.append(frame) }
      if place == window.late { found.append(frame) }
    }
    guard found.count == 2 else {
      throw ClipFolderError(
        path: path, reason: "ends before frame \(window.offset + window.late) of \(frames)")
    }
    return found
  }

  private func starts(_ window: Window, at frame: RGBFrame, duration: MediaTime?) -> Bool {
    guard let duration else { return frame.index >= window.offset }
    let (time, whole) = (Int128(frame.time.value), Int128(duration.value))
    return time * Int128(duration.timescale) * Int128(frames)
      >= Int128(window.offset) * whole * Int128(frame.time.timescale)
  }
}

/// Why a folder of clips cannot be trained on.
public struct ClipFolderError: Error, CustomStringConvertible, Equatable {
  public let path: String
  public let reason: String

  public var description: String { "\(path): \(reason)" }
}
