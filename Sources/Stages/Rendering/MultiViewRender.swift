import Foundation
import Media
import PV3D
public import Pipeline
import Tensors

/// Draws latents from one or several viewpoints, side by side.
public struct MultiViewRender: Stage {
  public static let name = "multi-view-render"
  public static let summary = "Draws latents from one or several viewpoints, side by side."
  public static let latents = Port<LatentTrack>("latents")
  public static let beside = OptionalPort<Frames>("beside")
  public static let frames = Port<Frames>("frames")
  public static let inputs: [any AnyPort] = [latents, beside]
  public static let outputs: [any AnyPort] = [frames]

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
  }

  /// What is drawn of a viewpoint.
  public enum Picture: String, CaseIterable, ParameterValue { case color, depth }

  @Parameter("The moving viewpoint: the video's own, the front, an orbit, or a sweep.")
  public var path = Path.track
  @Parameter(
    "Viewpoints beside the path, turned to the head's left.", in: -90...90, unit: "degrees")
  public var yawDegrees = [0.0]
  @Parameter("How far orbit and sweep turn.", in: 0...90, unit: "degrees")
  public var reachDegrees = 25.0
  @Parameter("Frames of one round of orbit and sweep.", in: 2...100000, unit: "frames")
  public var round = 64
  @Parameter("What is shown of each viewpoint.")
  public var show = [Picture.color]
  @Parameter("Side of one picture; null takes the model's.", in: 16...2048, unit: "pixels")
  public var size: Int? = nil
  @Parameter("Pictures in one row; null puts all in one.", in: 1...100)
  public var columns: Int? = nil

  public init() {}

  public func validate() throws {
    if yawDegrees.isEmpty { throw ParameterError("yawDegrees", "must name at least one angle") }
    if show.isEmpty { throw ParameterError("show", "must name color, depth or both") }
  }

  public func run(_ inputs: Ports, in context: RunContext) async throws -> Ports {
    let latents = inputs[Self.latents]
    let beside = inputs[Self.beside]
    let side = size ?? latents.model.config.imageResolution
    let tiles = yawDegrees.count * show.count + (beside == nil ? 0 : 1)
    let columns = min(columns ?? tiles, tiles)
    let info = Frames.Info(
      width: columns * side, height: (tiles + columns - 1) / columns * side, rate: latents.rate,
      timeBase: Self.timeBase(latents), estimatedCount: latents.count,
      audioPath: latents.audioPath)
    let stage = self
    let frames = Frames(info) {
      let renderer = try LatentRenderer(latents)
      var source = beside?.makeAsyncIterator()
      var index = 0
      var shown: Frame?
      return {
        guard index < latents.count else { return nil }
        if source != nil, let next = try await source?.next() { shown = next }
        var tiles: [Tile] = []
        if let shown { tiles.append(try Tile(shown, side: side)) }
        tiles += try stage.tiles(index, latents, renderer, side: side)
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

  private func tiles(
    _ index: Int, _ latents: LatentTrack, _ renderer: LatentRenderer, side: Int
  ) throws -> [Tile] {
    let base = camera(index, latents)
    return try yawDegrees.flatMap { degrees in
      let view = try renderer.view(
        index, camera: base.orbited(yaw: Float(degrees) * .pi / 180))
      return try show.map { picture in
        switch picture {
        case .color: try Tile(color: view.color, side: side)
        case .depth: try Tile(depth: view.depth, opacity: view.opacity, side: side)
        }
      }
    }
  }

  /// The camera of the path at a frame.
  private func camera(_ index: Int, _ latents: LatentTrack) -> Camera {
    let angle = 2 * Float.pi * Float(index % round) / Float(round)
    let reach = Float(reachDegrees) * .pi / 180
    switch path {
    case .track: return latents.cameras[index]
    case .front: return .canonical
    case .orbit:
      return Camera.canonical.orbited(yaw: reach * sin(angle), pitch: reach * 0.4 * cos(angle))
    case .sweep: return Camera.canonical.orbited(yaw: reach * sin(angle))
    }
  }

  /// The finest of the clocks that the times are counted in.
  private static func timeBase(_ latents: LatentTrack) -> Ratio {
    Ratio(1, latents.times.map(\.timescale).max() ?? latents.rate.numerator)
  }
}
