import Foundation
import Media
import PV3D
public import Pipeline
import Tensors

/// Draws latents from one or several viewpoints, side by side.
///
/// Pictures follow each other by clip, then by viewpoint, then by what is shown, then by eye. Cameras should lie
/// about 2.7 world units from the head: rays end where the model's training let them end.
public struct MultiViewRender: Stage {
  public static let name = "multi-view-render"
  public static let summary = "Draws latents from one or several viewpoints, side by side."
  public static let latents = Port<LatentTrack>("latents")
  public static let others = OptionalPort<LatentGroup>("others")
  public static let beside = OptionalPort<Frames>("beside")
  public static let frames = Port<Frames>("frames")
  public static let inputs: [any AnyPort] = [latents, others, beside]
  public static let outputs: [any AnyPort] = [frames]
  /// 2: samples lie evenly along rays, without grain.
  public static let version = 2
  public static let influences: Set<Influence> = []

  /// How the first viewpoint moves.
  public enum Path: String, CaseIterable, ParameterValue {
    /// As the video's own camera does.
    case track
    /// In front of the face.
    case front
    /// Around the front, on an ellipse.
    case orbit
    /// From side to side.
    case sweep
    /// Where `fixedYawDegrees` and `fixedPitchDegrees` say.
    case fixed
    /// As a JSON file says: see ``CameraFile``.
    case file
  }

  /// What is drawn of a viewpoint.
  public enum Picture: String, CaseIterable, ParameterValue {
    case color
    /// The color before super-resolution, enlarged.
    case raw
    /// Near is light, far is dark, nothing is black.
    case depth
    /// Red to the right, green up, blue towards the viewer, each `(n + 1) / 2`; nothing is black.
    case normals
    /// White where the person is, black where only what is behind is seen.
    case matte
  }

  @Parameter(
    "The viewpoint: the video's own, the front, an orbit, a sweep, a fixed one, or those of a file."
  )
  public var path = Path.track
  @Parameter("Where 'fixed' stands, to the head's left.", in: -180...180, unit: "degrees")
  public var fixedYawDegrees = 0.0
  @Parameter("Where 'fixed' stands, upward.", in: -80...80, unit: "degrees")
  public var fixedPitchDegrees = 0.0
  @Parameter(
    "JSON of 'file': a list with 25 numbers or {\"yawDegrees\", \"pitchDegrees\", \"rollDegrees\"} a frame."
  )
  public var cameraFile = ""
  @Parameter("Whether each viewpoint is drawn for two eyes, the left one's picture on the left.")
  public var stereo = false
  @Parameter("Distance between the eyes on a head of life size.", in: 0...1000, unit: "millimeters")
  public var eyeDistance = 65.0
  @Parameter(
    "Viewpoints beside the path, turned to the head's left.", in: -90...90, unit: "degrees")
  public var yawDegrees = [0.0]
  @Parameter("How far orbit and sweep turn.", in: 0...90, unit: "degrees")
  public var reachDegrees = 25.0
  @Parameter("Frames of one round of orbit and sweep.", in: 2...100000, unit: "frames")
  public var round = 64
  @Parameter("What is shown of each viewpoint.")
  public var show = [Picture.color]
  @Parameter(
    "A color that stands behind the person, as #00b140; null keeps what stood there.")
  public var background: String? = nil
  @Parameter("Side of one picture; null takes the model's.", in: 16...2048, unit: "pixels")
  public var size: Int? = nil
  @Parameter(
    "Rays along the side of a picture; null takes the model's. Twice as many smooth outlines.",
    in: 16...512)
  public var rays: Int? = nil
  @Parameter("Pictures in one row; null puts all in one.", in: 1...100)
  public var columns: Int? = nil

  public init() {}

  public func validate() throws {
    if yawDegrees.isEmpty { throw ParameterError("yawDegrees", "must name at least one angle") }
    if show.isEmpty {
      throw ParameterError("show", "must name at least one of color, raw, depth, normals, matte")
    }
    if let background, HexColor(background) == nil {
      throw ParameterError("background", "must be a color as #00b140, not '\(background)'")
    }
    if path == .file, cameraFile.isEmpty {
      throw ParameterError("cameraFile", "must name a file, for 'path' is file")
    }
  }

  public var sourceFiles: [String: [String]] {
    path == .file ? ["cameraFile": [cameraFile]] : [:]
  }

  public func extents(of inputs: [String: Extent]) -> [String: Extent] {
    // How many clips there are, and the model's side, shows in the run.
    let frames = inputs[Self.latents.name]?.frames
    guard let size, inputs[Self.others.name] == nil else {
      return [Self.frames.name: Extent(frames: frames)]
    }
    let beside = inputs[Self.beside.name] == nil ? 0 : 1
    let tiles = yawDegrees.count * show.count * (stereo ? 2 : 1) + beside
    let columns = min(columns ?? tiles, tiles)
    return [
      Self.frames.name: Extent(
        frames: frames, width: columns * size, height: (tiles + columns - 1) / columns * size)
    ]
  }

  public func run(_ inputs: Ports, in context: RunContext) async throws -> Ports {
    let latents = inputs[Self.latents]
    let tracks = [latents] + (inputs[Self.others]?.tracks ?? [])
    if let other = tracks.first(where: { $0.count != latents.count }) {
      throw StageInputError(
        "'latents' has \(latents.count) frames and one of 'others' \(other.count); they must have as many"
      )
    }
    let beside = inputs[Self.beside]
    let side = size ?? latents.model.config.imageResolution
    let views = try tracks.map { try Viewpoints(self, $0.model.config) }
    let tiles =
      views.reduce(0) { $0 + $1.count } * show.count + (beside == nil ? 0 : 1)
    let columns = min(columns ?? tiles, tiles)
    let info = Frames.Info(
      width: columns * side, height: (tiles + columns - 1) / columns * side, rate: latents.rate,
      timeBase: Self.timeBase(latents), estimatedCount: latents.count,
      audioPath: latents.audioPath)
    let stage = self
    let color = background.flatMap { HexColor($0) }
    let frames = Frames(info) {
      let renderers = try tracks.map { try LatentRenderer($0, rays: stage.rays, before: color) }
      var source = beside?.prefetched(2).makeAsyncIterator()
      var index = 0
      var shown: Frame?
      return {
        guard index < latents.count else { return nil }
        if source != nil, let next = try await source?.next() { shown = next }
        var tiles: [Tile] = []
        if let shown { tiles.append(try Tile(shown, side: side)) }
        for (renderer, views) in zip(renderers, views) {
          try Task.checkCancellation()
          for cameras in views.cameras(index, of: renderer.latents) {
            tiles += try stage.tiles(
              cameras.map { try renderer.view(index, camera: $0) }, side: side)
          }
        }
        let joined = Tile.joined(tiles, columns: columns)
        let frame = Frame(
          width: joined.width, height: joined.height, pixels: joined.pixels,
          time: latents.times[index], index: index)
        index += 1
        return frame
      }
    }
    return Ports(Self.frames, frames)
  }

  /// The pictures of the eyes of one viewpoint.
  private func tiles(_ eyes: [LatentRenderer.View], side: Int) throws -> [Tile] {
    try show.flatMap { picture in
      try eyes.map { view in
        switch picture {
        case .color: try Tile(color: view.color, side: side)
        case .raw: try Tile(color: view.raw, side: side)
        case .depth:
          try Tile(depth: view.depth, opacity: view.opacity, camera: view.camera, side: side)
        case .matte:
          try Tile(matte: view.opacity, side: side)
        case .normals: try Tile(normals: view.normals(), opacity: view.opacity, side: side)
        }
      }
    }
  }

  /// The finest of the clocks that the times are counted in.
  private static func timeBase(_ latents: LatentTrack) -> Ratio {
    Ratio(1, latents.times.map(\.timescale).max() ?? latents.rate.numerator)
  }
}
