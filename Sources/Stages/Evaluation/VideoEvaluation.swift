import Foundation
import Heads
import Media
import PV3D
import Tensors

extension ModelEvaluation {
  /// Fréchet video distances of samples from real and from synthetic clips, all sets of one size.
  func videos() async throws -> EvaluationResult {
    guard let assets = folders.assets else {
      return .needing("--assets", "the weights of the action network for FVD")
    }
    let features = try VideoFeatures(assets: assets)
    var skipped: [String] = []
    var real: VideoSet?
    if let folder = folders.clips {
      real = VideoSet(clips: try await realClips(PortraitClips(folder: folder), features))
    } else {
      skipped = EvaluationResult.needing("--clips", "real clips for FVD from them").skipped
    }
    let count = min(settings.videos, (real?.clips.count ?? .max) / 2)
    guard count > 1 else {
      throw MeasureError(
        reason: """
          --clips: the videos hold \(real?.clips.count ?? 0) stretches of 16 frames, at least 4 are \
          wanted
          """)
    }
    var heads: [[Float]] = []
    for index in 0..<2 * count {
      if index % 8 == 0 { progress("samples: synthetic clip \(index + 1) of \(2 * count)") }
      heads.append(try features(syntheticClip(index)))
    }
    var sampled: [[Float]] = []
    for index in 0..<count {
      if index % 8 == 0 { progress("samples: sampled clip \(index + 1) of \(count)") }
      sampled.append(try features(sampledClip(index)))
    }
    var table = Self.videoTable(count)
    let synthetic = VideoSet(clips: heads).halves
    if let real {
      let halves = real.thinned(2 * count).halves
      table.add("samples, real", [try VideoFeatures.distance(sampled, halves.0)])
      table.add("samples, synthetic", [try VideoFeatures.distance(sampled, synthetic.0)])
      table.add("synthetic, real", [try VideoFeatures.distance(synthetic.0, halves.0)])
      table.add(
        "real, its other half", [try VideoFeatures.distance(halves.1, halves.0)], isControl: true)
    } else {
      table.add("samples, synthetic", [try VideoFeatures.distance(sampled, synthetic.0)])
    }
    table.add(
      "synthetic, its other half", [try VideoFeatures.distance(synthetic.1, synthetic.0)],
      isControl: true)
    return EvaluationResult(tables: [table], skipped: skipped)
  }

  private static func videoTable(_ count: Int) -> EvaluationTable {
    EvaluationTable(
      "Fréchet video distance",
      note: """
        Between sets of N = \(count) clips of 16 frames, by the 400 logits of I3D (Kinetics-400), \
        covariances divided by N. With so few clips the distance is far above that of many, and the \
        distance between two halves of one kind, each of N clips, is the floor. Only rows of one N \
        can be compared, and none with the distances of 5000 clips in papers. Samples: seeds 0 to \
        \(count - 1), time from 0 to 1, a camera drawn as in training. Real: stretches of all videos, \
        cropped, cut out by the matte over the samples' gray; both halves show the same people. \
        Synthetic: blends of training identities that talk and turn.
        """, heading: "sets", columns: [.init("FVD", .lower)], hasMeans: false)
  }

  /// Logits of stretches of the videos, from each as many as it has, or its share and a little more.
  private func realClips(
    _ files: PortraitClips, _ features: VideoFeatures
  ) async throws -> [[Float]] {
    let side = generator.config.imageResolution
    let reader = try CropReader()
    // Short videos have fewer stretches than their share.
    let share = 5 * settings.videos / (2 * max(files.videos.count, 1)) + 1
    var clips: [[Float]] = []
    for file in files.videos {
      progress("samples: clips of \(file.name)")
      let clip = try await CroppedClip(
        file.name, path: file.path, side: side, count: share * VideoFeatures.length)
      for start in stride(from: 0, to: clip.crops.count, by: VideoFeatures.length) {
        let end = start + VideoFeatures.length
        guard end <= clip.crops.count else { break }
        let frames = try withoutGradients {
          try clip.crops[start..<end].map { crop in
            let image = try reader.image(crop, side: side)
            return try (image * reader.mask(image)).reshaped(3, side, side)
          }
        }
        clips.append(try features(frames))
      }
    }
    return clips
  }

  /// A random head that talks and turns, `[3, side, side]` a frame.
  private func syntheticClip(_ index: Int) throws -> [Tensor] {
    let views = try views()
    var seeds = SplitMix64(seed: settings.seed ^ 0xAC7 &+ UInt64(index) << 20)
    var sampler = try HeadSampler(
      library: views.library, seed: seeds.next(), heldOut: HeadViews.heldOut)
    var look = sampler.look()
    look.backdrop = HeadViews.backdrop
    let truth = try truth(look)
    // A stretch from within a longer performance, so that not all begin at rest.
    let clip = ActingClip(seed: seeds.next(), seconds: 4, rate: 25)
    let start = Int(seeds.next() % UInt64(clip.frames.count - VideoFeatures.length))
    return try clip.frames[start..<start + VideoFeatures.length].map {
      try truth.image($0.expression, $0.camera).tensor().reshaped(3, truth.side, truth.side)
    }
  }

  /// What the model draws of a seed.
  private func sampledClip(_ index: Int) throws -> [Tensor] {
    var seeds = SplitMix64(seed: settings.seed ^ 0x5A3 &+ UInt64(index) << 20)
    var sampler = try HeadSampler(library: views().library, seed: seeds.next())
    let camera = Camera(label: sampler.camera().label)
    let person = try SampledPerson(generator, seed: index)
    let track = LatentTrack(
      styles: person.ws,
      motion: (0..<VideoFeatures.length).map {
        person.motion(at: Float($0) / Float(VideoFeatures.length - 1))
      },
      cameras: Array(repeating: camera, count: VideoFeatures.length),
      times: (0..<VideoFeatures.length).map { MediaTime(Int64($0), 25) }, rate: Ratio(25, 1),
      model: model)
    let renderer = try LatentRenderer(track)
    return try (0..<VideoFeatures.length).map { try renderer.view($0, camera: camera).color }
  }
}
