import Media
import PV3D
import Pipeline

/// The crops of a video or a picture, in memory, with their cameras.
struct CroppedClip {
  let name: String
  /// In the size of the model's pictures.
  let crops: [Frame]
  let track: FaceTrack
  let cameras: CameraTrack

  init(_ name: String, _ frames: Frames, side: Int) async throws {
    self.name = name
    var crop = FaceCrop()
    crop.size = side
    let context = RunContext()
    let found = try await crop.run(Ports(FaceCrop.frames, frames), in: context)
    var crops: [Frame] = []
    for try await frame in found[FaceCrop.crops] { crops.append(frame) }
    self.crops = crops
    track = found[FaceCrop.track]
    cameras = try await CameraEstimate().run(Ports(CameraEstimate.track, track), in: context)[
      CameraEstimate.cameras]
  }

  /// - Parameter count: frames to take at most
  init(_ name: String, path: String, side: Int, count: Int) async throws {
    let decode = Decode(path: path, count: count)
    try await self.init(
      name, decode.run(Ports(), in: RunContext())[Decode.frames], side: side)
  }

  /// Explains the crops by a model.
  func inverted(
    _ model: ModelArtifact, _ stage: Inversion, seed: UInt64,
    progress: @escaping @Sendable (Int, Int) -> Void = { _, _ in }
  ) async throws -> LatentTrack {
    let context = RunContext(seed: seed) { event in
      if case .progress(let done, let total?, _) = event.kind { progress(done, total) }
    }
    let inputs = Ports(Inversion.frames, Frames(crops, rate: track.rate))
      .with(Inversion.cameras, cameras).with(Inversion.track, track).with(Inversion.model, model)
    return try await stage.run(inputs, in: context)[Inversion.latents]
  }

  /// The motion alone, as its landmarks tell it.
  func moved(_ model: ModelArtifact) async throws -> LatentTrack {
    var stage = Inversion()
    (stage.styleSteps, stage.extendedSteps, stage.tuningSteps) = (0, 0, 0)
    (stage.refiningSteps, stage.keyframes, stage.background) = (0, 1, false)
    return try await inverted(model, stage, seed: 0)
  }
}

/// A clip and what an inversion made of it.
struct InvertedClip {
  let clip: CroppedClip
  let latents: LatentTrack

  /// The same codes without the tuning of the generator.
  var untuned: LatentTrack {
    var latents = latents
    latents.tunedWeights = nil
    return latents
  }
}

extension LatentTrack {
  /// Frames as their own cameras see them, or cameras turned to the head's left.
  /// - Parameters:
  ///   - places: of the frames
  ///   - yaw: in degrees
  func drawn(_ places: [Int], yaw: Double = 0) throws -> [Frame] {
    let renderer = try LatentRenderer(self)
    return try places.enumerated().map { index, place in
      let camera = cameras[place].orbited(yaw: Float(yaw) * .pi / 180)
      let tile = try Tile(
        color: renderer.view(place, camera: camera).color, side: model.config.imageResolution)
      return Frame(
        width: tile.side, height: tile.side, pixels: tile.pixels, time: times[place], index: index)
    }
  }
}
